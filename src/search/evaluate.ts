/** Decides whether an event matches a condition, and which parts of its text to highlight. */
import { RE2JS } from "re2js";
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import type { Condition, RegexCondition, TextCondition } from "./condition.ts";
import { EventFacts } from "./facts.ts";
import { findLiteral } from "./text/literal.ts";
import { findPattern, type Pattern } from "./text/match.ts";
import { fold, foldWithOrigin, searchableText } from "./text/tokens.ts";

/** What a condition is tested on. */
interface Subject {
  /** The searchable text. */
  text: string;
  folded: string;
  /** Missing if only the text is known. */
  event?: StoredEvent;
  /** The facts of the event. */
  facts?: EventFacts;
}

type Test = (subject: Subject) => boolean;

/** Returns whether an event matches the condition. */
export function matcher(condition: Condition): (event: StoredEvent) => boolean {
  const test = testOf(condition);
  return (event) => test(subjectOf(searchableText(event), event));
}

/** Returns whether a searchable text matches a condition that {@link needsOnlyText}. */
export function textMatcher(condition: Condition): (text: string) => boolean {
  const test = testOf(condition);
  return (text) => test(subjectOf(text));
}

/** Whether the condition depends on the searchable text alone. */
export function needsOnlyText(condition: Condition): boolean {
  switch (condition.is) {
    case "all":
    case "any":
      return condition.of.every(needsOnlyText);
    case "not":
      return needsOnlyText(condition.of);
    default:
      return condition.is === "text" || condition.is === "regex";
  }
}

function subjectOf(text: string, event?: StoredEvent): Subject {
  let folded: string | undefined;
  return {
    text,
    get folded() {
      return folded ??= fold(text);
    },
    event,
    facts: event && new EventFacts(event),
  };
}

function testOf(condition: Condition): Test {
  switch (condition.is) {
    case "all": {
      const tests = condition.of.map(testOf);
      return (subject) => tests.every((test) => test(subject));
    }
    case "any": {
      const tests = condition.of.map(testOf);
      return (subject) => tests.some((test) => test(subject));
    }
    case "not": {
      const test = testOf(condition.of);
      return (subject) => !test(subject);
    }
    case "text":
      return textTest(condition);
    case "regex": {
      const regex = compileRegex(condition);
      return ({ text }) => text !== "" && regex.matcher(text).find();
    }
    default: {
      const test = eventTest(condition);
      return ({ event, facts }) => test(event!, facts!);
    }
  }
}

type EventCondition = Exclude<Condition, { is: "all" | "any" | "not" | "text" | "regex" }>;

function eventTest(condition: EventCondition): (event: StoredEvent, facts: EventFacts) => boolean {
  switch (condition.is) {
    case "channel":
      return ({ channelId }) => condition.ids.includes(channelId);
    case "user":
      return ({ userId }) => userId !== undefined && condition.ids.includes(userId);
    case "time":
      return ({ id }) => receivedAt(id) >= condition.from && receivedAt(id) < condition.to;
    case "fact":
      return (_, facts) => facts.is(condition.fact);
    case "has":
      return (_, facts) => facts.has(condition.what);
    case "mention":
      return (_, facts) => facts.mentions.some((login) => condition.logins.includes(login));
    case "reply":
      return (_, { repliedLogin }) => repliedLogin !== undefined && condition.logins.includes(repliedLogin);
    case "emote":
      return (_, facts) => facts.emotes.some((name) => name.toLowerCase() === condition.name);
    case "badge":
      return (_, facts) => facts.hasBadge(condition.set, condition.version);
    case "bits":
      return (_, { bits }) => bits > 0 && bits >= condition.from && bits <= condition.to;
    case "thread":
      return (_, facts) => facts.threadIds.includes(condition.uuid);
  }
}

function textTest(condition: TextCondition): Test {
  const pattern = patternOf(condition);
  const { literals, open } = condition;
  return (subject) =>
    (pattern.pieces.length === 0 || findPattern(pattern, subject.folded, 0) !== undefined) &&
    literals.every((literal) =>
      findLiteral(literal, open, literal.exactCase ? subject.text : subject.folded, 0) !== undefined
    );
}

function patternOf({ pieces, open }: TextCondition): Pattern {
  return { pieces, open };
}

/** Matching takes time in proportion to the steps of the compiled expression. */
const MAX_REGEX_SIZE = 250;

/** What is wrong with a regular expression; undefined if nothing is. */
export function regexProblem(condition: RegexCondition): string | undefined {
  try {
    const size = compileRegex(condition).programSize();
    return size > MAX_REGEX_SIZE ? "it is too large, because of its repetitions" : undefined;
  } catch (error) {
    return (error as Error).message.replace("error parsing regexp: ", "");
  }
}

/** Matching takes linear time. @throws an Error that says what is wrong with the expression */
function compileRegex({ source, ignoreCase }: RegexCondition): RE2JS {
  return RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
}

/** The ranges of a text to highlight, as UTF-16 offsets from-to, ascending and apart. Negated parts have none. */
export function highlights(condition: Condition, text: string): [number, number][] {
  const ranges: [number, number][] = [];
  let folded: { folded: string; origin: number[] } | undefined;
  const inFolded = () => folded ??= foldWithOrigin(text);
  for (const part of positiveTexts(condition)) {
    if (part.is === "regex") {
      const found = compileRegex(part).matcher(text);
      while (found.find()) if (found.end() > found.start()) ranges.push([found.start(), found.end()]);
      continue;
    }
    const pattern = patternOf(part);
    const { folded, origin } = inFolded();
    const exact = part.literals.length === 1 && part.pieces.length <= 1 ? part.literals : undefined;
    if (!exact && pattern.pieces.length > 0) {
      for (
        let found = findPattern(pattern, folded, 0);
        found;
        found = findPattern(pattern, folded, found[1])
      ) {
        ranges.push([origin[found[0]]!, origin[found[1]]!]);
      }
    }
    for (const literal of part.literals) {
      const within = literal.exactCase ? text : folded;
      let found = findLiteral(literal, part.open, within, 0);
      for (; found; found = findLiteral(literal, part.open, within, found[1])) {
        ranges.push(literal.exactCase ? found : [origin[found[0]]!, origin[found[1]]!]);
      }
    }
  }
  return apart(ranges);
}

/** Sorts ranges, and joins those that overlap or touch. */
function apart(ranges: [number, number][]): [number, number][] {
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const joined: [number, number][] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else if (range[1] > range[0]) joined.push(range);
  }
  return joined;
}

/** The conditions on the text that are not negated. */
function positiveTexts(condition: Condition): (TextCondition | RegexCondition)[] {
  switch (condition.is) {
    case "all":
    case "any":
      return condition.of.flatMap(positiveTexts);
    case "text":
    case "regex":
      return [condition];
    default:
      return [];
  }
}
