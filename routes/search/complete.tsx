/** Completions of a search while it is typed: operators, their values, and words of the index. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { type Completion, CompletionLinks, Completions } from "../../components/form/completions.tsx";
import { isoUtcDay } from "../../components/time.tsx";
import { DAY_MS } from "../../src/clock.ts";
import { type Completing, completingAt } from "../../src/search/language/completing.ts";
import type { OperatorName } from "../../src/search/language/tree.ts";
import { HAS, IS } from "../../src/search/language/values.ts";
import { fold } from "../../src/search/text/tokens.ts";
import { optional, readQuery, text, wholeWithin } from "../../src/web/params.ts";
import type { Env, Site } from "../site.tsx";

const MAX = 8;
const MAX_OPERATORS = 4;

const Query = z.object({
  q: text,
  /** The offset up to which `q` is typed; its end if missing. */
  at: optional(wholeWithin(0, 999_999_999)),
  /** `list` for the list that a script shows, else a page of links. */
  as: optional(z.literal("list", "expected list")),
});

const OPERATOR_NOTES: Record<OperatorName, string> = {
  from: "by a user",
  in: "in a channel",
  mentions: "with @name",
  to: "replies to a user",
  before: "earlier than",
  after: "later than",
  on: "on a day, in a month",
  is: "a kind of message",
  has: "with a link, emote or mention",
  emote: "with a Twitch emote",
  badge: "by the author's badge",
  bits: "with a number of bits",
  thread: "a reply thread",
};

const BADGES = [
  "moderator",
  "vip",
  "broadcaster",
  "subscriber",
  "founder",
  "premium",
  "partner",
  "sub-gifter",
  "bits",
];

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { q, at = q.length, as } = readQuery(c, Query);
    const completing = completingAt(q, Math.min(at, q.length));
    const completions = await completionsOf(site, c, completing);
    const { from, to } = completing;
    if (as === "list") {
      return c.html(<Completions from={from} to={to} completions={completions.slice(0, MAX)} />);
    }
    return await site.page(
      c,
      { title: "Completions", section: "search" },
      <Page q={q} completing={completing} completions={completions} />,
    );
  };
}

interface PageProps {
  q: string;
  completing: Completing;
  completions: readonly Completion[];
}

/** Without script: each completion leads to the search with it, and an operator to its values. */
function Page({ q, completing: { from, to }, completions }: PageProps) {
  const completed = (text: string) => q.slice(0, from) + text + q.slice(to);
  return (
    <div class="page">
      <h1>Completions</h1>
      <p>
        <a href={`/search/messages?${new URLSearchParams({ q })}`}>
          Back to <code>{q === "" ? "the search" : q}</code>
        </a>
      </p>
      {completions.length === 0 && <p class="empty">Nothing in the archive begins like this.</p>}
      <CompletionLinks
        completions={completions}
        address={(text) =>
          `/search/${text.endsWith(":") ? "complete" : "messages"}?${new URLSearchParams({
            q: completed(text),
          })}`}
      />
    </div>
  );
}

async function completionsOf(
  site: Site,
  c: Context<Env>,
  { operator, typed }: Completing,
): Promise<Completion[]> {
  switch (operator) {
    case undefined:
      return await wordsAndOperators(site, typed);
    case "in": {
      const channels = typed === ""
        ? (await site.channels(c)).map(({ channel }) => channel).sort((a, b) => b.messages - a.messages)
        : await site.archive.searchChannels(typed, MAX);
      return channels.map(({ login, messages }) => ({ text: login, messages }));
    }
    case "from":
    case "to":
    case "mentions": {
      const users = await site.archive.searchUsers(typed, MAX);
      return users.map(({ login, displayName, messages }) => ({
        text: login,
        note: displayName.toLowerCase() === login ? undefined : displayName,
        messages,
      }));
    }
    case "emote":
      return await emotesLike(site, typed.toLowerCase());
    default:
      return valuesOf(operator, site.now()).filter(({ text }) => text.startsWith(typed.toLowerCase()));
  }
}

function valuesOf(operator: OperatorName, now: number): Completion[] {
  const texts = (list: readonly string[]) => list.map((text) => ({ text }));
  const today = isoUtcDay(now);
  switch (operator) {
    case "is":
      return texts(IS);
    case "has":
      return texts(HAS);
    case "badge":
      return texts(BADGES);
    case "bits":
      return texts([">0", ">=100", ">=1000", "100-500"]);
    case "on":
      return [{ text: "today" }, { text: "yesterday" }, { text: today.slice(0, 7) }, {
        text: isoUtcDay(now - 7 * DAY_MS),
      }];
    case "before":
    case "after":
      return texts(["1h", "24h", "7d", "30d", "today", "yesterday", today, today.slice(0, 7)]);
    default:
      return [];
  }
}

async function wordsAndOperators(site: Site, typed: string): Promise<Completion[]> {
  const operators = Object.entries(OPERATOR_NOTES)
    .filter(([name]) => name.startsWith(typed.toLowerCase()))
    .map(([name, note]) => ({ text: `${name}:`, note }));
  if (typed === "") return operators;
  return [...operators.slice(0, MAX_OPERATORS), ...await wordsLike(site, typed)];
}

/** The most frequent emotes whose names begin so. */
async function emotesLike(site: Site, typed: string): Promise<Completion[]> {
  if (!/^[a-z0-9_]{0,50}$/.test(typed)) return [];
  return (await site.archive.emotes(typed, MAX)).map(([name, messages]) => ({ text: name, messages }));
}

/** The most frequent words of the index that begin with the typed text. */
async function wordsLike(site: Site, typed: string): Promise<Completion[]> {
  const folded = fold(typed);
  if (!/^[\p{L}\p{N}_]+$/u.test(folded)) return [];
  const words = await site.archive.words(folded, MAX);
  return words.map(([word, messages]) => ({ text: word, messages })).filter(({ text }) => text !== folded);
}
