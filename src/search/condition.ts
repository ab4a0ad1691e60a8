/** A search after names are looked up: a condition on events. It is plain data, so that it can cross threads. */
import type { Literal } from "./text/literal.ts";
import type { Token } from "./text/tokens.ts";
import type { HasValue, IsValue } from "./language/values.ts";

/** True or false of every event. */
export type Condition =
  | { is: "all" | "any"; of: readonly Condition[] }
  | { is: "not"; of: Condition }
  | TextCondition
  | RegexCondition
  /** The event is in one of these channels (ids of the archive). */
  | { is: "channel"; ids: readonly number[] }
  /** It is by, or about, one of these users (ids of the archive). */
  | { is: "user"; ids: readonly number[] }
  /** It was received at or after `from` and before `to`, epoch milliseconds. */
  | { is: "time"; from: number; to: number }
  /** See `is:`. */
  | { is: "fact"; fact: IsValue }
  /** See `has:`. */
  | { is: "has"; what: HasValue }
  /** The text mentions one of these logins with `@`. */
  | { is: "mention"; logins: readonly string[] }
  /** It replies to one of these logins. */
  | { is: "reply"; logins: readonly string[] }
  /** It has an emote of this name, lower case. */
  | { is: "emote"; name: string }
  /** Its author had this badge; without a version, any version of it. */
  | { is: "badge"; set: string; version?: string }
  /** It cheered at least `from` and at most `to` bits. */
  | { is: "bits"; from: number; to: number }
  /** It is the message with this id (a UUID) or in the thread that it began. */
  | { is: "thread"; uuid: string };

/** A word, a phrase, a prefix or a sign in the text. */
export interface TextCondition {
  /** Tells the kinds of condition apart. */
  is: "text";
  /** To be found in this order, with nothing but non-token characters between them. Each is a term of the index, or several. */
  pieces: readonly Token[];
  /** Whether the last piece, and a literal, may be longer: a prefix. */
  open: boolean;
  /** Texts with signs that must be there, too, as they are. */
  literals: readonly Literal[];
}

/** A regular expression in RE2's syntax, which takes linear time. */
export interface RegexCondition {
  /** Tells the kinds of condition apart. */
  is: "regex";
  /** The expression. */
  source: string;
  /** Whether upper and lower case are the same. */
  ignoreCase: boolean;
}

/** True of every event. */
export const EVERYTHING: Condition = { is: "all", of: [] };

/** A condition that holds if all of these do. */
export function allOf(conditions: readonly Condition[]): Condition {
  const parts = conditions.flatMap((condition) => condition.is === "all" ? condition.of : [condition]);
  return parts.length === 1 ? parts[0]! : { is: "all", of: parts };
}

/** A condition that holds if one of these does. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { is: "any", of: conditions };
}

/** A condition that holds of events with one of these facts. */
export function isOneOf(...facts: readonly IsValue[]): Condition {
  return anyOf(facts.map((fact) => ({ is: "fact", fact })));
}

/** The span outside of which a condition never holds, if there is one. */
export function spanOf(condition: Condition): { from: number; to: number } | undefined {
  if (condition.is === "time") return condition;
  if (condition.is === "all") {
    const spans = condition.of.map(spanOf).filter((span) => span !== undefined);
    return spans.length === 0 ? undefined : {
      from: Math.max(...spans.map(({ from }) => from)),
      to: Math.min(...spans.map(({ to }) => to)),
    };
  }
  if (condition.is !== "any") return undefined;
  const spans = condition.of.map(spanOf);
  if (spans.length === 0 || !spans.every((span) => span !== undefined)) return undefined;
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}
