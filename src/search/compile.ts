/** Compiles a search to a condition, with the channels, users and messages that it names. */
import { parseChannelName } from "../chat/channel_name.ts";
import { parseUserName } from "../chat/user_name.ts";
import { receivedAt } from "../chat/ids.ts";
import { DAY_MS } from "../clock.ts";
import { allOf, anyOf, type Condition, EVERYTHING, spanOf } from "./condition.ts";
import { regexProblem } from "./regex.ts";
import { readMoment } from "./language/moment.ts";
import type { Parsed } from "./language/parse.ts";
import type { Leaf, Node, OperatorName, SearchProblem } from "./language/tree.ts";
import { type HasValue, type IsValue, readBits, readNumberedId } from "./language/values.ts";
import type { Known, Operator } from "./names.ts";
import { phraseCondition, prefixCondition, wordCondition } from "./text_condition.ts";

/** Operators that bound a range. */
const BOUNDS: ReadonlySet<OperatorName> = new Set<OperatorName>(["before", "after", "bits"]);

/** Messages of a thread are at most this long before or after the one that names it. */
export const THREAD_REACH_MS: number = DAY_MS;

/** A compiled search. */
export interface Compiled {
  /** The condition beside the span of time; undefined if there is none. */
  condition?: Condition;
  /** Epoch milliseconds; events received at or after it. */
  from?: number;
  /** Events received before it. */
  to?: number;
  /** Unknown names, and invalid regular expressions. */
  problems: SearchProblem[];
}

/** Compiles a search without problems. @param now epoch milliseconds, for `2h` and `yesterday` */
export function compileSearch({ search, places }: Parsed, known: Known, now: number): Compiled {
  return new Compiler(places, known, now).compile(search);
}

class Compiler {
  readonly #places: Parsed["places"];
  readonly #known: Known;
  readonly #now: number;
  readonly #problems: SearchProblem[] = [];

  constructor(places: Parsed["places"], known: Known, now: number) {
    this.#places = places;
    this.#known = known;
    this.#now = now;
  }

  compile(search: readonly Node[]): Compiled {
    const parts = this.#sideBySide(search);
    const rest = parts.filter(({ is }) => is !== "time");
    const times = parts.map(spanOf).filter((span) => span !== undefined);
    const from = Math.max(0, ...times.map((time) => time.from));
    const to = Math.min(Infinity, ...times.map((time) => time.to));
    return {
      ...rest.length > 0 && { condition: allOf(rest) },
      ...from > 0 && { from },
      ...to < Infinity && { to: Math.max(from, to) },
      problems: this.#problems,
    };
  }

  /** Parts that must all hold. Operators of one name are alternatives, except those that bound a range. */
  #sideBySide(parts: readonly Node[]): Condition[] {
    const conditions: Condition[] = [];
    const alternatives = new Map<OperatorName, Condition[]>();
    for (const part of parts) {
      if (part.kind !== "operator" || BOUNDS.has(part.name)) conditions.push(this.#condition(part));
      else if (alternatives.has(part.name)) alternatives.get(part.name)!.push(this.#operator(part));
      else {
        const these = [this.#operator(part)];
        alternatives.set(part.name, these);
        conditions.push({ is: "any", of: these });
      }
    }
    return conditions.map((one) => one.is === "any" ? anyOf(one.of) : one);
  }

  #condition(node: Node): Condition {
    switch (node.kind) {
      case "word":
        return wordCondition(node.text);
      case "phrase":
        return phraseCondition(node.text);
      case "prefix":
        return prefixCondition(node.text);
      case "operator":
        return this.#operator(node);
      case "regex":
        return this.#regex(node);
      case "not":
        return { is: "not", of: this.#condition(node.of) };
      case "any":
        return anyOf(node.of.map((branch) => this.#condition(branch)));
      case "all":
        return allOf(this.#sideBySide(node.of));
    }
  }

  #regex(node: Extract<Leaf, { kind: "regex" }>): Condition {
    const { source, ignoreCase } = node;
    const condition = { is: "regex", source, ignoreCase } as const;
    const problem = regexProblem(condition);
    if (problem) this.#problem(node, `\`/${source.slice(0, 60)}/\` is no regular expression: ${problem}.`);
    return condition;
  }

  #operator(node: Operator): Condition {
    const { name, value } = node;
    switch (name) {
      case "in":
        return this.#channel(node);
      case "from":
        return this.#user(node);
      case "mentions":
        return { is: "mention", logins: this.#logins(value) };
      case "to":
        return { is: "reply", logins: this.#logins(value) };
      case "before":
        return { is: "time", from: 0, to: readMoment(value, this.#now)!.from };
      case "after":
        return { is: "time", from: readMoment(value, this.#now)!.from, to: Infinity };
      case "on":
        return { is: "time", ...readMoment(value, this.#now)! };
      case "is":
        return { is: "fact", fact: value.toLowerCase() as IsValue };
      case "has":
        return { is: "has", what: value.toLowerCase() as HasValue };
      case "emote":
        return { is: "emote", name: value.toLowerCase() };
      case "badge": {
        const [set, version] = value.split("/");
        return { is: "badge", set: set!, ...version !== undefined && { version } };
      }
      case "bits":
        return { is: "bits", ...readBits(value)! };
      case "thread":
        return this.#thread(node);
    }
  }

  #channel(node: Operator): Condition {
    const id = readNumberedId(node.value);
    const ids = id === undefined ? this.#known.channels.get(node.value) ?? [] : [id];
    if (ids.length === 0) {
      this.#unknown(node, `No channel named “${parseChannelName(node.value)}” in the archive.`);
    }
    return { is: "channel", ids };
  }

  #user(node: Operator): Condition {
    const id = readNumberedId(node.value) ?? this.#known.users.get(node.value)?.id;
    if (id === undefined) {
      this.#unknown(
        node,
        `No user named “${parseUserName(node.value)}”. Use the whole login or display name; ` +
          "the user search finds parts of it.",
      );
      return EVERYTHING;
    }
    return { is: "user", ids: [id] };
  }

  /** Every login of a user; of one whom the archive does not know, the typed one. */
  #logins(value: string): string[] {
    return [...this.#known.users.get(value)?.logins ?? [parseUserName(value)?.toLowerCase() ?? value]];
  }

  #thread(node: Operator): Condition {
    const { value } = node;
    if (!/^\d+$/.test(value)) return { is: "thread", uuid: value.toLowerCase() };
    const id = Number(value);
    const thread = this.#known.threads.get(id);
    if (!thread) {
      this.#unknown(node, `No message with the id ${value} in the archive.`);
      return EVERYTHING;
    }
    const at = receivedAt(id);
    return allOf([
      { is: "thread", uuid: thread.uuid },
      { is: "channel", ids: [thread.channelId] },
      { is: "time", from: Math.max(0, at - THREAD_REACH_MS), to: at + THREAD_REACH_MS },
    ]);
  }

  #problem(node: Node, sentence: string, more: Pick<SearchProblem, "isUnknown"> = {}): void {
    const [from, to] = this.#places.get(node) ?? [0, 0];
    this.#problems.push({ from, to, sentence, ...more });
  }

  #unknown(node: Node, sentence: string): void {
    this.#problem(node, sentence, { isUnknown: true });
  }
}
