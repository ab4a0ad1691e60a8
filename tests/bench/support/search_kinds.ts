/** What people search for, with words and names as they occur in an archive: what is frequent is asked for more often. */
import { DatabaseSync } from "node:sqlite";
import { continueSearch } from "../../../routes/search/query/continue.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import type { ChattersQuery } from "../../../src/archive/statistics.ts";
import type { CountQuery, TimelineQuery } from "../../../src/archive/timeline.ts";
import { textOf } from "../../../src/archive/sqlite/codec/repeated_texts.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { searchOf } from "../../support/search.ts";
import { Random } from "../../../src/demo/script/random.ts";
import { tokens } from "../../../src/search/text/tokens.ts";

export type ReaderQuestion =
  | { timeline: TimelineQuery }
  | { count: CountQuery }
  | { facets: CountQuery }
  | { chatters: ChattersQuery }
  | { topics: CountQuery }
  | { users: string }
  | { minutes: { channelId: number; since: number } };

export interface Asked {
  question: ReaderQuestion;
  /** What a search by text alone would have to find, for LIKE and grep; missing where they cannot. */
  text?: string;
}

export interface SearchKind {
  name: string;
  /** The bound of p95 with a warm cache, in milliseconds; undefined = it is shown, and not judged. */
  aim?: number;
  ask(): Asked;
}

const LIMIT = 50;
const BARS = 160;
const CJK = /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}\p{sc=Hang}]/u;
/** Words are counted in so many messages. */
const COUNTED = 20_000;

export interface Answered {
  /** It was asked for in parts, as the archive ends a search after a while. */
  inParts: boolean;
  /** Even so it is not whole: a page shows what there is, and a link goes on from there. */
  isCut: boolean;
}

/** Asks as a page does: on and on, for a while, until the answer is whole. */
export async function answer(reader: ArchiveReader, question: ReaderQuestion): Promise<Answered> {
  if ("users" in question) await reader.searchUsers(question.users, LIMIT);
  if ("count" in question) {
    const histogram = await reader.histogram(question.count, BARS);
    return { inParts: false, isCut: histogram === undefined || histogram.stoppedAt !== undefined };
  }
  if ("chatters" in question) await reader.chatters(question.chatters, LIMIT);
  if ("topics" in question) await reader.topics(question.topics);
  if ("facets" in question) await reader.facets(question.facets);
  if ("minutes" in question) await reader.minutes(question.minutes.channelId, question.minutes.since);
  if (!("timeline" in question)) return { inParts: false, isCut: false };
  let parts = 0;
  const timeline = (query: TimelineQuery) => {
    parts++;
    return reader.timeline(query);
  };
  const { events, stoppedAt } = await continueSearch(
    { archive: { ...reader, timeline }, searches: { isContended: false } },
    question.timeline,
  );
  return { inParts: parts > 1, isCut: stoppedAt !== undefined && events.length < question.timeline.limit };
}

/** The kinds of search, with words of the archive at `path`. The same seed asks the same. */
export function searchKinds(path: string, seed = 1): SearchKind[] {
  const words = new Words(path, new Random(seed));
  const find = (text: string, more: Partial<TimelineQuery> = {}): Asked => ({
    question: { timeline: { search: searchOf(text), limit: LIMIT, ...more } },
    text: text.replace(/["*]/g, ""),
  });
  const scoped = (query: Partial<TimelineQuery>): Asked => ({
    question: { timeline: { limit: LIMIT, ...query } },
  });
  const span = (days: number) => {
    const from = words.time();
    return { from, to: from + days * 86_400_000 };
  };
  const page = (n: number) => ({ place: { at: "newest", skip: (n - 1) * LIMIT } } as const);
  const begin = (letters: number) => `${words.word(letters).slice(0, letters)}*`;
  const common = () => words.common();
  const count = (text: string): Asked => ({ question: { count: { search: searchOf(text) } }, text });
  const facets = (text: string): Asked => ({ question: { facets: { search: searchOf(text) } } });
  const month = (days: number) => ({ channelId: words.message().channelId, ...span(days) });
  const chatters = (days: number): Asked => ({ question: { chatters: month(days) } });
  const topics = (days: number): Asked => ({ question: { topics: month(days) } });
  return [
    { name: "a rare word", aim: ROWS_MS, ask: () => find(words.rare()) },
    { name: "a word", aim: ROWS_MS, ask: () => find(words.word(4)) },
    { name: "a common word", aim: ROWS_MS, ask: () => find(common()) },
    { name: "two words", ask: () => find(`${words.word(3)} ${common()}`) },
    { name: "two words that seldom meet", ask: () => find(`${words.word(5)} ${words.cjk()}`) },
    { name: "a phrase", aim: ROWS_MS, ask: () => find(`"${words.phrase()}"`) },
    { name: "a phrase of very common words", ask: () => find(`"${common()} ${common()}"`) },
    { name: "a prefix of 2 letters", aim: ROWS_MS, ask: () => find(begin(2)) },
    { name: "a prefix of 3 letters", aim: ROWS_MS, ask: () => find(begin(3)) },
    { name: "a prefix of 4 letters", aim: ROWS_MS, ask: () => find(begin(4)) },
    { name: "a prefix of 5 letters", aim: ROWS_MS, ask: () => find(begin(5)) },
    { name: "Korean or Japanese", aim: ROWS_MS, ask: () => find(words.cjk()) },
    { name: "one character of them", aim: ROWS_MS, ask: () => find(words.cjk().slice(0, 1)) },
    { name: "a user", aim: ROWS_MS, ask: () => scoped({ userId: words.message().userId }) },
    { name: "a channel", aim: ROWS_MS, ask: () => scoped({ channelId: words.message().channelId }) },
    {
      name: "a word in a channel",
      aim: ROWS_MS,
      ask: () => find(words.word(3), { channelId: words.message().channelId }),
    },
    { name: "a prefix in a channel", ask: () => find(begin(3), { channelId: words.message().channelId }) },
    {
      name: "a phrase in a channel",
      ask: () => find(`"${words.phrase()}"`, { channelId: words.message().channelId }),
    },
    { name: "a word by a user", aim: ROWS_MS, ask: () => find(common(), { userId: words.message().userId }) },
    {
      name: "a phrase by a user",
      ask: () => find(`"${words.phrase()}"`, { userId: words.message().userId }),
    },
    { name: "a word in a month", aim: ROWS_MS, ask: () => find(words.word(3), span(30)) },
    {
      name: "a word in a channel on a day",
      aim: ROWS_MS,
      ask: () => find(words.word(3), { channelId: words.message().channelId, ...span(1) }),
    },
    { name: "page 200 of a common word", aim: ROWS_MS, ask: () => find(common(), { ...page(200) }) },
    {
      name: "page 200 of a channel",
      aim: ROWS_MS,
      ask: () => scoped({ channelId: words.message().channelId, ...page(200) }),
    },
    { name: "page 20 of a phrase", ask: () => find(`"${words.phrase()}"`, { ...page(20) }) },
    { name: "page 20 of a prefix", ask: () => find(begin(3), { ...page(20) }) },
    { name: "either of two words", aim: ROWS_MS, ask: () => find(`${words.word(3)} OR ${words.word(3)}`) },
    { name: "a word without another", aim: ROWS_MS, ask: () => find(`${words.word(3)} -${common()}`) },
    { name: "an emoticon", aim: ROWS_MS, ask: () => find(words.emoticon()) },
    { name: "a kind (is:, has:)", aim: ROWS_MS, ask: () => find(words.fact()) },
    { name: "a word of a kind", aim: ROWS_MS, ask: () => find(`${words.word(3)} ${words.fact()}`) },
    {
      name: "six operators",
      aim: ROWS_MS,
      ask: () =>
        find(
          `(${words.word(3)} OR ${common()} OR ${words.emoticon()}) -${
            words.word(3)
          } ${words.fact()} -is:vip`,
          span(90),
        ),
    },
    { name: "count: a word", aim: 20, ask: () => count(words.word(3)) },
    { name: "count: a kind", aim: 20, ask: () => count(words.fact()) },
    { name: "count: the most common word", aim: 100, ask: () => count(words.mostCommon()) },
    { name: "count: two words", aim: 50, ask: () => count(`${words.word(3)} ${common()}`) },
    {
      name: "count: four words, any or all",
      aim: 50,
      ask: () => count(`(${words.word(3)} OR ${words.word(3)}) ${common()} -${words.word(3)}`),
    },
    { name: "count: a phrase, by a sample", ask: () => count(`"${words.phrase()}"`) },
    { name: "facets: a word", aim: 100, ask: () => facets(words.word(3)) },
    { name: "facets: a common word", aim: 100, ask: () => facets(common()) },
    { name: "count: everything without a word", ask: () => count(`-${common()}`) },
    { name: "the 50 who wrote most in a channel's month", aim: 20, ask: () => chatters(30) },
    { name: "the 50 who wrote most in a channel's year", ask: () => chatters(365) },
    { name: "topics of a channel's month", ask: () => topics(30) },
    { name: "users by a letter", ask: () => ({ question: { users: words.message().login.slice(0, 1) } }) },
    { name: "users by two letters", ask: () => ({ question: { users: words.message().login.slice(0, 2) } }) },
    {
      name: "users by three letters",
      ask: () => ({ question: { users: words.message().login.slice(0, 3) } }),
    },
    {
      name: "a channel's day, by the minute",
      aim: ROWS_MS,
      ask: () => ({
        question: { minutes: { channelId: words.message().channelId, since: words.last() - 86_400_000 } },
      }),
    },
  ];
}

/** The bound of rows, in milliseconds. */
const ROWS_MS = 10;

interface Message {
  id: number;
  text: string;
  login: string;
  channelId: number;
  userId: number;
}

/** Chooses from messages at random moments. */
class Words {
  readonly #random: Random;
  readonly #at;
  readonly #span: { first: number; last: number };
  readonly #counts = new Map<string, number>();
  readonly #common: string[];

  constructor(path: string, random: Random) {
    this.#random = random;
    const db = new DatabaseSync(path, { readOnly: true });
    this.#at = db.prepare(`
      SELECT m.id, ${textOf("m")} AS text, a.login, m.channel_id AS channelId, a.user_id AS userId
      FROM messages AS m
      CROSS JOIN authors AS a ON a.id = m.author_id
      WHERE m.id >= ?
      ORDER BY m.id
      LIMIT 1`);
    this.#span = db.prepare("SELECT min(id) AS first, max(id) AS last FROM messages")
      .get() as unknown as { first: number; last: number };
    for (let i = 0; i < COUNTED; i++) {
      for (const word of latin(this.message().text)) {
        this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
      }
    }
    this.#common = [...this.#counts].sort((a, b) => b[1] - a[1]).slice(0, 20).map(([word]) => word);
  }

  message(): Message {
    const { first, last } = this.#span;
    return this.#at.get(this.#random.int(first, last)) as unknown as Message;
  }

  time(): number {
    return receivedAt(this.message().id);
  }

  last(): number {
    return receivedAt(this.#span.last);
  }

  common(): string {
    return this.#random.pick(this.#common);
  }

  mostCommon(): string {
    return this.#common[0]!;
  }

  emoticon(): string {
    return this.#random.pick([":)", "<3", ":D", ";)", ":(", ":P"]);
  }

  fact(): string {
    return this.#random.pick([
      "is:mod",
      "is:subscriber",
      "is:vip",
      "is:notice",
      "has:link",
      "has:mention",
      "has:emote",
    ]);
  }

  word(least: number): string {
    return this.#until((text) => this.#some(latin(text).filter((word) => word.length >= least)));
  }

  /** One that the counted messages did not have. */
  rare(): string {
    return this.#until((text) =>
      this.#some(latin(text).filter((word) => word.length >= 5 && !this.#counts.has(word)))
    );
  }

  phrase(): string {
    return this.#until((text) => {
      const words = tokens(text.toLowerCase());
      const at = this.#random.int(0, Math.max(0, words.length - 2));
      const pair = words.slice(at, at + 2);
      return pair.length === 2 && pair.every((token) => /^\w+$/.test(token.text))
        ? pair.map((token) => token.text).join(" ")
        : undefined;
    });
  }

  cjk(): string {
    return this.#until((text) => {
      const run = tokens(text).find((token) => token.kind === "run" && CJK.test(token.text));
      return run && run.text.length >= 2 ? run.text.slice(0, 3) : undefined;
    });
  }

  #some(words: string[]): string | undefined {
    return words.length === 0 ? undefined : this.#random.pick(words);
  }

  #until<T>(find: (text: string) => T | undefined): T {
    while (true) {
      const found = find(this.message().text);
      if (found !== undefined) return found;
    }
  }
}

function latin(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => /^[a-z][a-z0-9]*$/.test(word));
}
