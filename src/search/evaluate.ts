/** Decides whether an event matches a condition, and which parts of its text to highlight. */
import { RE2JS } from "re2js";
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import type { Condition, RegexCondition, TextCondition } from "./condition.ts";
import { EventFacts } from "./facts.ts";
import { findLiteral } from "./text/literal.ts";
import { findPattern, type Pattern } from "./text/match.ts";
import { fold, foldWithOrigin, searchableText } from "./text/tokens.ts";

/** The facts of a subject whose event is known. */
let factsOf: (subject: Subject) => EventFacts;

/** What conditions are tested on. What several of them need is computed at most once. */
export class Subject {
  /** The searchable text. */
  readonly text: string;
  /** Missing if only the text is known. */
  readonly event?: StoredEvent;
  #folded: string | undefined;
  #facts: EventFacts | undefined;

  /** An event, or only its searchable text. */
  constructor(tested: StoredEvent | string) {
    if (typeof tested === "string") this.text = tested;
    else {
      this.event = tested;
      this.text = searchableText(tested);
    }
  }

  /** The folded text. */
  get folded(): string {
    return this.#folded ??= fold(this.text);
  }

  static {
    factsOf = (subject) => subject.#facts ??= new EventFacts(subject.event!);
  }
}

/** Returns whether an event matches the condition. */
export function matcher(condition: Condition): (event: StoredEvent) => boolean {
  const test = subjectTest(condition);
  return (event) => test(new Subject(event));
}

/** Returns whether a searchable text matches a condition that {@link needsOnlyText}. */
export function textMatcher(condition: Condition): (text: string) => boolean {
  const test = subjectTest(condition);
  return (text) => test(new Subject(text));
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

type Test = (subject: Subject) => boolean;

/** Returns whether a subject matches the condition. Several conditions may test one subject. */
export function subjectTest(condition: Condition): (subject: Subject) => boolean {
  switch (condition.is) {
    case "all": {
      const tests = condition.of.map(subjectTest);
      return (subject) => tests.every((test) => test(subject));
    }
    case "any": {
      const tests = condition.of.map(subjectTest);
      return (subject) => tests.some((test) => test(subject));
    }
    case "not": {
      const test = subjectTest(condition.of);
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
      return (subject) => test(subject.event!, factsOf(subject));
    }
  }
}

type EventCondition = Exclude<Condition, { is: "all" | "any" | "not" | "text" | "regex" }>;

function eventTest(
  condition: EventCondition,
): (event: StoredEvent, facts: EventFacts) => boolean {
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
      return (_, facts) => facts.repliedLogin !== undefined && condition.logins.includes(facts.repliedLogin);
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

/** Returns the ranges of a text to highlight, as UTF-16 offsets from-to, ascending and apart. Negated parts have none. */
export function highlighter(condition: Condition): (text: string) => [number, number][] {
  const finders = positiveTexts(condition).map(finderOf);
  return (text) => {
    let folded: Folded | undefined;
    const inFolded = () => folded ??= foldWithOrigin(text);
    return apart(finders.flatMap((find) => find(text, inFolded)));
  };
}

type Folded = ReturnType<typeof foldWithOrigin>;
type Finder = (text: string, inFolded: () => Folded) => [number, number][];

function finderOf(part: TextCondition | RegexCondition): Finder {
  if (part.is === "regex") {
    const regex = compileRegex(part);
    return (text) => {
      const ranges: [number, number][] = [];
      const found = regex.matcher(text);
      while (found.find()) if (found.end() > found.start()) ranges.push([found.start(), found.end()]);
      return ranges;
    };
  }
  const pattern = patternOf(part);
  const { literals, open } = part;
  // A single word with signs is highlighted with them.
  const hasWords = pattern.pieces.length > 0 && !(literals.length === 1 && pattern.pieces.length <= 1);
  return (text, inFolded) => {
    const { folded, origin } = inFolded();
    const inText = ([from, to]: [number, number]): [number, number] => [origin[from]!, origin[to]!];
    const words = hasWords ? allRanges((from) => findPattern(pattern, folded, from)).map(inText) : [];
    return [
      ...words,
      ...literals.flatMap((literal) =>
        literal.exactCase
          ? allRanges((from) => findLiteral(literal, open, text, from))
          : allRanges((from) => findLiteral(literal, open, folded, from)).map(inText)
      ),
    ];
  };
}

/** Calls `find` from the end of each range that it found. */
function allRanges(find: (from: number) => [number, number] | undefined): [number, number][] {
  const ranges: [number, number][] = [];
  for (let found = find(0); found; found = find(found[1])) ranges.push(found);
  return ranges;
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
