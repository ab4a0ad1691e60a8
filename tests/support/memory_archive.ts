/** An archive in an array: what the pages need of one, for tests of the pages. */
import type {
  ArchiveReader,
  Channel,
  TimelinePage,
  TimelineQuery,
  User,
  UserProfile,
} from "../../src/archive/archive.ts";
import { type Coverage, type Missed, spanOfRows } from "../../src/archive/coverage.ts";
import type { Answers, Question } from "../../src/archive/reader_batch.ts";
import {
  beganIn,
  dayShares,
  type Fill,
  type Gap,
  gapsOf,
  isJoining,
  type Listening,
  missedMs,
} from "../../src/chat/coverage.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { firstIdAt, receivedAt } from "../../src/chat/ids.ts";
import { highlights } from "../../src/search/query.ts";

export class MemoryArchive implements ArchiveReader {
  /** By ascending id. */
  readonly events: StoredEvent[] = [];
  readonly list: Channel[] = [];

  faults(): [] {
    return [];
  }

  channels(): Promise<Channel[]> {
    return Promise.resolve(this.list.map((channel) => this.#counted(channel)));
  }

  async channel(id: number): Promise<Channel | undefined> {
    return (await this.channels()).find((channel) => channel.id === id);
  }

  async channelByLogin(login: string): Promise<Channel | undefined> {
    return (await this.channels()).find((channel) => channel.login === login);
  }

  async searchChannels(text: string): Promise<Channel[]> {
    return (await this.channels()).filter(({ login }) => login.includes(text.toLowerCase()));
  }

  async timeline(query: TimelineQuery): Promise<TimelinePage> {
    const { channelId, userId, search, from, to, before, after, page = 1, limit } = query;
    const fits = this.events.filter((event) =>
      (channelId === undefined || event.channelId === channelId) &&
      (userId === undefined || event.userId === userId) &&
      (search === undefined || highlights(search, event.text).length > 0) &&
      (from === undefined || event.id >= firstIdAt(from)) &&
      (to === undefined || event.id < firstIdAt(to)) &&
      (before === undefined || event.id < before) &&
      (after === undefined || event.id > after)
    );
    const events = after === undefined
      ? fits.toReversed().slice((page - 1) * limit, page * limit)
      : fits.slice(0, limit).reverse();
    const more = after === undefined ? fits.length > page * limit : fits.length > limit;
    if (!query.gaps || channelId === undefined) return { events, more };
    const span = spanOfRows(query, { events, more });
    return {
      events,
      more,
      gaps: beganIn(await this.gaps(channelId, span.from, span.to), span.from, span.to),
    };
  }

  event(id: number): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.events.find((event) => event.id === id));
  }

  searchUsers(text: string, limit: number): Promise<User[]> {
    const users = this.#users().filter(({ login, displayName }) =>
      login.includes(text.toLowerCase()) || displayName.includes(text)
    );
    return Promise.resolve(users.sort((a, b) => b.messages - a.messages).slice(0, limit));
  }

  user(id: number): Promise<UserProfile | undefined> {
    return Promise.resolve(this.#users().find((user) => user.id === id));
  }

  userByLogin(login: string): Promise<UserProfile | undefined> {
    return Promise.resolve(this.#users().find((user) => user.login === login));
  }

  userByName(name: string): Promise<UserProfile | undefined> {
    const wanted = name.toLowerCase();
    return Promise.resolve(
      this.#users().find(({ login }) => login === wanted) ??
        this.#users().find(({ displayName }) => displayName.toLowerCase() === wanted),
    );
  }

  totals() {
    return Promise.resolve({
      messages: this.events.length,
      users: this.#users().length,
      channels: this.list.length,
      bytes: this.events.length * 108,
    });
  }

  minutes(channelId: number, sinceMs: number) {
    const counts = new Map<number, number>();
    for (const { channelId: its, id } of this.events) {
      const minute = Math.floor(receivedAt(id) / 60_000);
      if (its === channelId && minute >= Math.floor(sinceMs / 60_000)) {
        counts.set(minute, (counts.get(minute) ?? 0) + 1);
      }
    }
    return Promise.resolve([...counts].map(([minute, messages]) => ({ minute, messages })));
  }

  /** What `coverage` answers, by channel; the tests put it there. */
  readonly stretches = new Map<number, { listening: Listening[]; fills: Fill[] }>();

  coverage(channelId: number, from: number, to: number): Promise<Coverage> {
    const { listening, fills } = this.stretches.get(channelId) ?? { listening: [], fills: [] };
    const known = listening[0]?.from;
    if (known === undefined) return Promise.resolve({ from, to, listening, gaps: [], days: [] });
    const touches = touching(from, to);
    const gaps = gapsOf(listening, fills).filter(touches);
    const days = dayShares(listening, gaps, { from, to, known, now: to });
    return Promise.resolve({ known, from, to, listening: listening.filter(touches), gaps, days });
  }

  gaps(channelId: number, from: number, to: number): Promise<Gap[]> {
    const { listening, fills } = this.stretches.get(channelId) ?? { listening: [], fills: [] };
    return Promise.resolve(gapsOf(listening, fills).filter(touching(from, to)));
  }

  async missed(channelId: number | undefined, from: number, to: number): Promise<Missed[]> {
    const missed: Missed[] = [];
    for (const { id, login } of this.list) {
      if (channelId !== undefined && id !== channelId) continue;
      const gaps = (await this.coverage(id, from, to)).gaps
        .filter((gap) => !gap.onPurpose && !isJoining(gap) && missedMs(gap, from, to, to) > 0);
      const ms = gaps.reduce((sum, gap) => sum + missedMs(gap, from, to, to), 0);
      if (ms > 0) missed.push({ channelId: id, login, gaps: gaps.length, missedMs: ms });
    }
    return missed.sort((a, b) => b.missedMs - a.missedMs);
  }

  together<const Q extends readonly Question[]>(...questions: Q): Promise<Answers<Q>> {
    // deno-lint-ignore ban-types -- method and arguments belong together by the type of Question
    const asked = questions.map(([method, ...args]) => (this[method] as Function)(...args));
    return Promise.all(asked) as unknown as Promise<Answers<Q>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #counted(channel: Channel): Channel {
    const own = this.events.filter(({ channelId }) => channelId === channel.id);
    return {
      ...channel,
      messages: own.length,
      firstAt: own[0] && receivedAt(own[0].id),
      lastAt: own.length > 0 ? receivedAt(own.at(-1)!.id) : undefined,
    };
  }

  #users(): UserProfile[] {
    const users = new Map<number, UserProfile>();
    for (const { userId, author, channelId, channel, id } of this.events) {
      if (userId === undefined || !author) continue;
      const at = receivedAt(id);
      const user = users.get(userId) ?? {
        id: userId,
        login: author.login,
        displayName: author.displayName ?? author.login,
        color: author.color,
        messages: 0,
        firstAt: at,
        names: [{ login: author.login, firstAt: at, lastAt: at }],
        channels: [],
      };
      user.messages++;
      user.lastAt = at;
      const there = user.channels.find((each) => each.channelId === channelId);
      if (there) there.messages++;
      else user.channels.push({ channelId, login: channel, messages: 1, lastAt: at });
      users.set(userId, user);
    }
    return [...users.values()];
  }
}

function touching(from: number, to: number) {
  return (one: { from: number; to?: number }) => one.from < to && (one.to ?? Infinity) > from;
}
