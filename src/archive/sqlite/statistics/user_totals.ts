/** Adds up counters by user: a hash table of columns, because a `Map` of a million users takes several times as long. */
import type { UserCount } from "./hour_counts.ts";

export class UserTotals {
  /** The number of users. */
  size = 0;
  /** The sum of all counters. */
  messages = 0;
  #users = new Float64Array(1_024);
  /** 0 = the place is free. */
  #counts = new Float64Array(1_024);

  /** @param messages at least 1 */
  add(userId: number, messages: number): void {
    const place = this.#placeOf(userId);
    if (this.#counts[place] === 0) {
      this.#users[place] = userId;
      this.size++;
    }
    this.#counts[place]! += messages;
    this.messages += messages;
    if (this.size * 2 > this.#users.length) this.#grow();
  }

  /** The messages of one user. */
  of(userId: number): number {
    return this.#counts[this.#placeOf(userId)]!;
  }

  /** The users with the most messages, most first; equal ones by id. */
  top(limit: number): UserCount[] {
    const top: UserCount[] = [];
    for (let place = 0; place < this.#counts.length; place++) {
      const messages = this.#counts[place]!;
      if (messages === 0) continue;
      const entry = [this.#users[place]!, messages] as const;
      if (top.length === limit && byMessages(top.at(-1)!, entry) < 0) continue;
      const at = top.findIndex((other) => byMessages(entry, other) < 0);
      top.splice(at < 0 ? top.length : at, 0, entry);
      if (top.length > limit) top.pop();
    }
    return top;
  }

  /** The place of a user, or the free place where they belong. */
  #placeOf(userId: number): number {
    const mask = this.#users.length - 1;
    let place = Math.imul(userId, 0x9e3779b1) >>> 12 & mask;
    while (this.#counts[place] !== 0 && this.#users[place] !== userId) place = place + 1 & mask;
    return place;
  }

  #grow(): void {
    const [users, counts] = [this.#users, this.#counts];
    this.#users = new Float64Array(users.length * 2);
    this.#counts = new Float64Array(users.length * 2);
    for (let i = 0; i < users.length; i++) {
      if (counts[i] === 0) continue;
      const place = this.#placeOf(users[i]!);
      this.#users[place] = users[i]!;
      this.#counts[place] = counts[i]!;
    }
  }
}

function byMessages(a: UserCount, b: UserCount): number {
  return b[1] - a[1] || a[0] - b[0];
}
