/** Which rule marks a message: the reader's own rules first, then those of the archive, which apply to all readers. */
import type { HighlightRule } from "../archive/saved/highlight_rule.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { StoredEvent } from "../chat/events.ts";
import { compileSearch } from "../search/compile.ts";
import { namesIn } from "../search/names.ts";
import { allOf, type Condition } from "../search/condition.ts";
import { Subject, subjectTest } from "../search/evaluate.ts";
import { parseSearchText } from "../search/language/parse.ts";
import type { SearchProblem } from "../search/language/tree.ts";
import { lookUp } from "./look_up.ts";
import { TimeBudget } from "./time_budget.ts";

/** The first rule that marks an event; undefined if none does. */
export type Marker = (event: StoredEvent) => HighlightRule | undefined;

export interface CheckedRule {
  rule: HighlightRule;
  /** Names that the archive does not know, and other mistakes: then the rule marks nothing. */
  problems: readonly SearchProblem[];
  marks(subject: Subject): boolean;
}

export interface Highlights {
  /** The rules compiled, in their order. */
  check(rules: readonly HighlightRule[]): Promise<CheckedRule[]>;
  /** Marks by these rules and the archive's; undefined if there are none. Never rejects: without an archive nothing is marked. */
  marker(own: readonly HighlightRule[]): Promise<Marker | undefined>;
  /** The same as far as it is known now, for streams. */
  current(own: readonly HighlightRule[]): Marker | undefined;
  /** How many events of the last minutes these rules were not asked about, because they had taken too long before. */
  skipped(own: readonly HighlightRule[]): number;
  /** Call it when the archive's rules were changed. */
  changed(): void;
}

/** Names may have become known, and `after:2h` is another time. */
const FRESH_MS = 60_000;
/** Sets of rules whose compiled form is kept. */
const MAX_SETS = 1_000;

/**
 * Ten rules take 2 µs an event; twenty regular expressions that are made to be slow take 10 ms. Events are marked on the thread
 * that serves pages, so that a set of rules may take 2 % of it, and all of them 20 %.
 */
const SET_BUDGET = { maxMs: 20, msPerSecond: 20 };
/** Counted for one event: of a longer time, most was a pause of the thread. */
const MAX_COUNTED_MS = 5;
const WHOLE_BUDGET = { maxMs: 200, msPerSecond: 200 };

/** One set of a reader's rules, with the archive's. */
interface RuleSet {
  marker?: Marker;
  madeAt: number;
  /** The version of the archive's rules. */
  version: number;
  making?: Promise<void>;
  budget: TimeBudget;
  skipped: number;
}

export function createHighlights(
  archive: Pick<ArchiveReader, "batch" | "highlightRules">,
  now: () => number,
  monotonic: () => number = () => performance.now(),
): Highlights {
  const sets = new Map<string, RuleSet>();
  const wholeBudget = new TimeBudget(WHOLE_BUDGET, monotonic());
  let version = 0;
  let ofAll: Promise<HighlightRule[]> | undefined;

  const check = (rules: readonly HighlightRule[]) => checkRules(archive, rules, now());

  function setOf(own: readonly HighlightRule[]): RuleSet {
    const key = JSON.stringify(own);
    const set = sets.get(key) ??
      { madeAt: -Infinity, version: -1, budget: new TimeBudget(SET_BUDGET, monotonic()), skipped: 0 };
    sets.delete(key);
    sets.set(key, set);
    if (sets.size > MAX_SETS) sets.delete(sets.keys().next().value!);
    if (set.version !== version || Math.abs(now() - set.madeAt) > FRESH_MS) {
      set.making ??= make(set, own).finally(() => set.making = undefined);
    }
    return set;
  }

  async function make(set: RuleSet, own: readonly HighlightRule[]): Promise<void> {
    const made = { version, madeAt: now(), skipped: 0 };
    try {
      ofAll ??= archive.highlightRules();
      const rules = (await check([...own, ...await ofAll])).filter(({ problems }) => problems.length === 0);
      set.marker = rules.length > 0 ? markerOf(set, rules) : undefined;
    } catch {
      // The page says by itself what is wrong with the archive. The next try is after a minute.
      ofAll = undefined;
    }
    Object.assign(set, made);
  }

  function markerOf(set: RuleSet, rules: readonly CheckedRule[]): Marker {
    return (event) => {
      const startedAt = monotonic();
      if (!set.budget.hasTime(startedAt) || !wholeBudget.hasTime(startedAt)) {
        set.skipped++;
        return undefined;
      }
      const subject = new Subject(event);
      const found = rules.find((each) => each.marks(subject));
      const tookMs = Math.min(monotonic() - startedAt, MAX_COUNTED_MS);
      set.budget.spend(tookMs);
      wholeBudget.spend(tookMs);
      return found?.rule;
    };
  }

  return {
    check,
    async marker(own) {
      const set = setOf(own);
      if (set.version !== version) await set.making;
      return set.marker;
    },
    current: (own) => setOf(own).marker,
    skipped: (own) => setOf(own).skipped,
    changed() {
      version++;
      ofAll = undefined;
    },
  };
}

async function checkRules(
  archive: Pick<ArchiveReader, "batch">,
  rules: readonly HighlightRule[],
  now: number,
): Promise<CheckedRule[]> {
  const parsed = rules.map(({ search }) => parseSearchText(search));
  const named = parsed.map(({ search }) => namesIn(search));
  const { known } = await lookUp(archive, {
    channels: named.flatMap(({ channels }) => channels),
    users: named.flatMap(({ users }) => users),
    messages: named.flatMap(({ messages }) => messages),
  });
  return rules.map((rule, i) => {
    const { condition, from = 0, to = Infinity, ...compiled } = compileSearch(parsed[i]!, known, now);
    const problems = [...parsed[i]!.problems, ...compiled.problems];
    const conditions: Condition[] = [
      ...condition ? [condition] : [],
      ...from > 0 || to < Infinity ? [{ is: "time", from, to } as const] : [],
    ];
    // Without a condition a rule would mark everything.
    const test = problems.length === 0 && conditions.length > 0
      ? subjectTest(allOf(conditions))
      : () => false;
    return { rule, problems, marks: test };
  });
}
