/** What people search for, with words and names as they occur in an archive: what is frequent is asked for more often. */
import { DatabaseSync } from "node:sqlite";
import { continueSearch } from "../../../routes/search/continue.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import type { TimelineQuery } from "../../../src/archive/timeline.ts";
import { textOf } from "../../../src/archive/sqlite/codec/repeated_texts.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { searchOf } from "../../support/search.ts";
import { Random } from "../../../src/demo/script/random.ts";
import { tokens } from "../../../src/search/text/tokens.ts";

export type ReaderQuestion =
  | { timeline: TimelineQuery }
  | { users: string }
  | { minutes: { channelId: number; since: number } };

export interface Asked {
  question: ReaderQuestion;
  /** What a search by text alone would have to find, for LIKE and grep; missing where they cannot. */
  text?: string;
}

export interface SearchKind {
  name: string;
  ask(): Asked;
}

const LIMIT = 50;
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
  const kinds: Record<string, () => Asked> = {
    "a rare word": () => find(words.rare()),
    "a word": () => find(words.word(4)),
    "a common word": () => find(common()),
    "two words": () => find(`${words.word(3)} ${common()}`),
    "two words that seldom meet": () => find(`${words.word(5)} ${words.cjk()}`),
    "a phrase": () => find(`"${words.phrase()}"`),
    "a phrase of very common words": () => find(`"${common()} ${common()}"`),
    "a prefix of 2 letters": () => find(begin(2)),
    "a prefix of 3 letters": () => find(begin(3)),
    "a prefix of 4 letters": () => find(begin(4)),
    "a prefix of 5 letters": () => find(begin(5)),
    "Korean or Japanese": () => find(words.cjk()),
    "one character of them": () => find(words.cjk().slice(0, 1)),
    "a user": () => scoped({ userId: words.message().userId }),
    "a channel": () => scoped({ channelId: words.message().channelId }),
    "a word in a channel": () => find(words.word(3), { channelId: words.message().channelId }),
    "a prefix in a channel": () => find(begin(3), { channelId: words.message().channelId }),
    "a phrase in a channel": () => find(`"${words.phrase()}"`, { channelId: words.message().channelId }),
    "a word by a user": () => find(common(), { userId: words.message().userId }),
    "a phrase by a user": () => find(`"${words.phrase()}"`, { userId: words.message().userId }),
    "a word in a month": () => find(words.word(3), span(30)),
    "a word in a channel on a day": () =>
      find(words.word(3), { channelId: words.message().channelId, ...span(1) }),
    "page 200 of a common word": () => find(common(), { ...page(200) }),
    "page 200 of a channel": () => scoped({ channelId: words.message().channelId, ...page(200) }),
    "page 20 of a phrase": () => find(`"${words.phrase()}"`, { ...page(20) }),
    "page 20 of a prefix": () => find(begin(3), { ...page(20) }),
    "users by a letter": () => ({ question: { users: words.message().login.slice(0, 1) } }),
    "users by two letters": () => ({ question: { users: words.message().login.slice(0, 2) } }),
    "users by three letters": () => ({ question: { users: words.message().login.slice(0, 3) } }),
    "a channel's day, by the minute": () => ({
      question: { minutes: { channelId: words.message().channelId, since: words.last() - 86_400_000 } },
    }),
  };
  return Object.entries(kinds).map(([name, ask]) => ({ name, ask }));
}

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
