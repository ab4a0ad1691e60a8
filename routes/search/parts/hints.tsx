/** Hints for a search with few matches: similar searches, with their numbers of matches. */
import type { Handler } from "hono";
import { counted } from "../../../components/numbers.ts";
import type { BatchCall } from "../../../src/archive/reader_batch.ts";
import type { Histogram } from "../../../src/archive/timeline.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Node, Search } from "../../../src/search/language/tree.ts";
import { wordsNear } from "../../../src/search/text/near.ts";
import { fold } from "../../../src/search/text/tokens.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { addressOf, type ValidFields } from "../query/fields.ts";
import { part } from "./part.tsx";
import type { Env, Site } from "../../site.tsx";

/** Results of a search below which hints are shown. */
export const FEW = 5;
/** Words and parts that are looked at. */
const MAX_WORDS = 3;
const MAX_PARTS = 6;
/** A similar word is suggested if it is this many times as frequent, and in this many messages. */
const MORE_FREQUENT = 10;
const MIN_FREQUENCY = 10;
/** Shorter words have too many others near them. */
const MIN_LETTERS = 4;
const MAX_LETTERS = 20;

const PLAIN_WORD = /^[\p{L}\p{N}]{2,}$/u;

interface Hint {
  /** The difference from the search. */
  words: string;
  /** The part that is new. */
  part?: string;
  search: Search;
}

export function show(site: Site): Handler<Env> {
  return part(site, "Hints", async (c, fields) => {
    const hints = await inTurn(site, c, async () => {
      const similar = await similarSearches(site, fields.search);
      return await countAll(site, fields, [...similar, ...otherSearches(fields.search)]);
    });
    return <Hints hints={hints} />;
  });
}

/** The placeholder of a part that loads by itself. Without script, a link to it. */
export function HintsSlot({ search }: { search: Search }) {
  const address = `/search/messages/hints?${new URLSearchParams({ q: printSearch(search) })}`;
  return (
    <div id="hints" hx-get={address} hx-trigger="load" hx-swap="outerHTML">
      <a href={address}>What similar searches find</a>
    </div>
  );
}

/** The search with a more frequent word in the place of one that may be mistyped. */
async function similarSearches(site: Site, search: Search): Promise<Hint[]> {
  const words = search.flatMap((part) => part.kind === "word" && isTypeable(fold(part.text)) ? [part] : [])
    .slice(0, MAX_WORDS);
  if (words.length === 0) return [];
  const near = words.map(({ text }) => [fold(text), ...wordsNear(fold(text))]);
  const frequencies = await site.archive.frequencies(near.flat());
  let at = 0;
  return words.flatMap((word, n) => {
    const [own = 0, ...others] = frequencies.slice(at, at += near[n]!.length);
    const most = Math.max(...others);
    if (most < MIN_FREQUENCY || most < own * MORE_FREQUENT) return [];
    const text = near[n]![others.indexOf(most) + 1]!;
    return [{ words: "Did you mean", part: text, search: replaced(search, word, { kind: "word", text }) }];
  });
}

function isTypeable(word: string): boolean {
  return word.length >= MIN_LETTERS && word.length <= MAX_LETTERS && /^[a-z0-9]+$/.test(word);
}

/** The search with the names of emotes as words, with the beginnings of its words, and without each of its parts. */
function otherSearches(search: Search): Hint[] {
  const emotes = search.flatMap((part): Hint[] =>
    part.kind === "operator" && part.name === "emote" && PLAIN_WORD.test(part.value)
      ? [{
        words: "emote: finds Twitch’s own emotes. Those of other services are words:",
        part: part.value,
        search: replaced(search, part, { kind: "word", text: part.value }),
      }]
      : []
  );
  const beginnings = search.flatMap((part): Hint[] =>
    part.kind === "word" && PLAIN_WORD.test(part.text)
      ? [{
        words: "Words that begin with",
        part: `${part.text}*`,
        search: replaced(search, part, { kind: "prefix", text: part.text }),
      }]
      : []
  );
  const parts = search.length > 1 ? search.slice(0, MAX_PARTS) : [];
  return [
    ...emotes.slice(0, MAX_WORDS),
    ...beginnings.slice(0, MAX_WORDS),
    ...parts.map((part) => ({
      words: "Without",
      part: printSearch([part]),
      search: search.filter((other) => other !== part),
    })),
  ];
}

function replaced(search: Search, part: Node, by: Node): Search {
  return search.map((other) => other === part ? by : other);
}

/** The hints that find more than the search itself, with their numbers; those that cannot be counted quickly are missing. */
async function countAll(
  site: Site,
  { search, compile }: ValidFields,
  hints: readonly Hint[],
): Promise<(Hint & { messages: number })[]> {
  const calls = [search, ...hints.map((hint) => hint.search)]
    .map((search): BatchCall => ["histogram", compile(search), 1]);
  const [own, ...counts] = await site.archive.batch(...calls) as (Histogram | undefined)[];
  return hints.map((hint, n) => ({ ...hint, messages: counts[n]?.messages ?? 0 }))
    .filter(({ messages }) => messages > (own?.messages ?? 0));
}

function Hints({ hints }: { hints: readonly (Hint & { messages: number })[] }) {
  if (hints.length === 0) return <div id="hints" hidden></div>;
  return (
    <div id="hints">
      <ul>
        {hints.map(({ words, part, search, messages }) => (
          <li>
            {words} <a href={addressOf(search)}>{part}</a>: {counted(messages, "message")}
          </li>
        ))}
      </ul>
    </div>
  );
}
