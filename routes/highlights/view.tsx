/** The page of highlight rules. */
import { MARK_COLORS } from "../../src/archive/saved/highlight_rule.ts";
import type { CheckedRule } from "../../src/find/highlights.ts";
import { counted } from "../../components/numbers.ts";
import { Field } from "../../components/form/field.tsx";
import { SearchProblem, WithCode } from "../../components/form/search_problem.tsx";
import type { Problems, Typed } from "./form.ts";

export type Owner = "browser" | "everyone";

export interface FormProps {
  typed: Typed;
  problems?: Problems;
  /** Whose rule is changed; undefined for a new one. */
  of?: Owner;
}

interface ViewProps {
  own: readonly CheckedRule[];
  everyones: readonly CheckedRule[];
  form: FormProps;
  isManager: boolean;
  sounds: boolean;
  /** Messages that the rules were not asked about, because they take too long. */
  skipped: number;
}

const ACTIONS: Record<Owner, string> = { browser: "/highlights", everyone: "/highlights/everyone" };

export function View({ own, everyones, form, isManager, sounds, skipped }: ViewProps) {
  return (
    <div class="page">
      <h1>Highlights</h1>
      <p class="dim">
        A rule marks the messages that its search finds, on every page and in live chat. If several rules find
        a message, the first one counts: yours come before those for everybody.
      </p>
      {skipped > 0 && (
        <p class="problem" role="alert">
          These rules take too long, so that {counted(skipped, "message")}{" "}
          were not marked lately. Regular expressions take the longest: replace them by words, or remove them.
        </p>
      )}
      <RuleForm {...form} isManager={isManager} />
      <section class="panel-section">
        <h2>Yours</h2>
        <Rules
          rules={own}
          of="browser"
          mayChange
          empty="No rule yet. Yours are kept in this browser only."
        />
      </section>
      <section class="panel-section">
        <h2>For everybody</h2>
        <Rules
          rules={everyones}
          of="everyone"
          mayChange={isManager}
          empty={isManager
            ? "No rule yet. “Save for everybody” adds one."
            : "No rule yet. Managers add them."}
        />
      </section>
      <form class="note" method="post" action="/view">
        <input type="hidden" name="back" value="/highlights" />
        Sounds are {sounds ? "on" : "off"} in this browser: a rule with a sound{" "}
        {sounds ? "plays a short tone when a live message matches, at most once a second." : "stays silent."}
        {" "}
        <button class="button small" type="submit" name="sounds" value={sounds ? "off" : "on"}>
          Turn sounds {sounds ? "off" : "on"}
        </button>
      </form>
    </div>
  );
}

function RuleForm({ typed, problems = {}, of, isManager }: FormProps & { isManager: boolean }) {
  return (
    <form class="rule-form panel-section" method="post" action={ACTIONS[of ?? "browser"]}>
      <h2>{of === undefined ? "New rule" : "Change the rule"}</h2>
      {of !== undefined && <input type="hidden" name="was" value={typed.was} />}
      <Field
        name="q"
        label="Mark messages with"
        value={typed.q}
        problem={typeof problems.q === "object"
          ? <SearchProblem text={typed.q} problems={problems.q} />
          : problems.q}
        hint={HINT}
        completions="/search/complete"
        class="q"
        required
      />
      <fieldset class="mark-colors" aria-describedby={problems.color && "color-problem"}>
        <legend>Colour</legend>
        {MARK_COLORS.map((color) => (
          <label data-mark={color}>
            <input type="radio" name="color" value={color} checked={color === typed.color} />
            {capitalized(color)}
          </label>
        ))}
        {problems.color && <p class="problem" id="color-problem">{problems.color}</p>}
      </fieldset>
      <label class="check">
        <input type="checkbox" name="sound" value="on" checked={typed.sound} />
        With a sound
      </label>
      <div class="row-of-buttons">
        {of === undefined
          ? (
            <>
              <button class="button primary" type="submit">Save in this browser</button>
              {isManager && (
                <button class="button" type="submit" formaction={ACTIONS.everyone}>Save for everybody</button>
              )}
            </>
          )
          : (
            <>
              <button class="button primary" type="submit">Save</button>
              <a class="button" href="/highlights">Cancel</a>
            </>
          )}
      </div>
    </form>
  );
}

const HINT = "A word, a person (from:ann, mentions:ann), or any search: is:first in:lake.";

interface RulesProps {
  rules: readonly CheckedRule[];
  of: Owner;
  mayChange: boolean;
  empty: string;
}

function Rules({ rules, of, mayChange, empty }: RulesProps) {
  if (rules.length === 0) return <p class="empty">{empty}</p>;
  return (
    <ul class="rule-list">
      {rules.map(({ rule: { search, color, sound }, problems }) => (
        <li data-mark={color}>
          <a href={`/search/messages?${new URLSearchParams({ q: search })}`} title="Messages that it marks">
            <code>{search}</code>
          </a>
          <span class="dim">{capitalized(color)}{sound && ", with a sound"}</span>
          {mayChange && (
            <span class="actions">
              <a
                class="button small"
                href={`/highlights?${new URLSearchParams({ change: search, of })}`}
                aria-label={`Change ${search}`}
              >
                Change
              </a>
              <form method="post" action={ACTIONS[of]}>
                <input type="hidden" name="remove" value={search} />
                <button class="button small" type="submit" aria-label={`Remove ${search}`}>Remove</button>
              </form>
            </span>
          )}
          {problems.length > 0 && (
            <p class="problem">
              Marks nothing yet: <WithCode>{problems[0]!.sentence}</WithCode>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function capitalized(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}
