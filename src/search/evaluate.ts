/** Decides whether an event matches a condition. */
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import type { Condition, TextCondition } from "./condition.ts";
import { EventFacts } from "./facts.ts";
import { beginningTest, compileRegex } from "./regex.ts";
import { findLiteral } from "./text/literal.ts";
import { findPattern, type Pattern } from "./text/match.ts";
import { fold, searchableText } from "./text/tokens.ts";

/** The facts of a subject whose event is known. */
let factsOf: (subject: Subject) => EventFacts;

/** What conditions are tested on. Values that several of them need are computed at most once. */
export class Subject {
  /** The searchable text. */
  readonly text: string;
  /** Missing if only the text is known. */
  readonly event?: StoredEvent;
  #folded: string | undefined;
  #lower: string | undefined;
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

  /** The text in lower case. */
  get lower(): string {
    return this.#lower ??= this.text.toLowerCase();
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
      const tests = condition.of.toSorted((a, b) => costOf(a) - costOf(b)).map(subjectTest);
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
      const mayMatch = beginningTest(condition);
      return (subject) => subject.text !== "" && mayMatch(subject) && regex.matcher(subject.text).find();
    }
    default: {
      const test = eventTest(condition);
      return (subject) => test(subject.event!, factsOf(subject));
    }
  }
}

/** What a test costs, roughly: of those that must all hold, the cheapest decides first. */
function costOf(condition: Condition): number {
  switch (condition.is) {
    case "channel":
    case "user":
    case "time":
      return 0;
    case "fact":
    case "badge":
    case "text":
      return 1;
    case "all":
    case "any":
      return condition.of.reduce((cost, part) => cost + costOf(part), 0);
    case "not":
      return costOf(condition.of);
    default:
      return 4;
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
      return (_, facts) => facts.hasEmote(condition.name);
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

/** The words of a text condition, to find them. */
export function patternOf({ pieces, open }: TextCondition): Pattern {
  return { pieces, open };
}
