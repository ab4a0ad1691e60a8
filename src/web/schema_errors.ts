/** Errors of schemas as plain sentences: which parameter is wrong, its value, and what would be right. */
import { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** A wrong value. */
export interface WrongValue {
  /** Where it is: `limit`, `channels[0]`. */
  parameter: string;
  sentence: string;
}

/** Characters of a value that an error shows. */
const MAX_SHOWN = 60;

/** Makes every message of a schema that has none of its own say what would be right, for all schemas of the program. */
export function explainSchemas(): void {
  z.config({ localeError: (issue) => expectedBy(issue) });
}

/** @param values what was parsed */
export function wrongValue(issue: Issue, values: unknown): WrongValue {
  if (issue.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
    return { parameter: name, sentence: `${shown(name)} is no parameter of this address: ${issue.message}.` };
  }
  const parameter = issue.path.map((step, i) =>
    typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${String(step)}`
  ).join("");
  let value = values;
  for (const step of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  const what = value === undefined
    ? `${parameter} is missing`
    : isRepeated(issue, value)
    ? `${parameter} has several values`
    : `${shown(value)} is not a valid ${parameter}`;
  return { parameter, sentence: `${what}: use ${issue.message}.` };
}

/** A value as errors show it: texts in quotes, others as JSON. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  const plain = cut.replaceAll(
    /\p{Cc}/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return typeof value === "string" ? `“${plain}”` : plain;
}

/** Whether a text has no control character but white space. */
export function isPrintable(text: string): boolean {
  return !/(?![\t\n\r])\p{Cc}/u.test(text);
}

/** Names as a choice: `newest or oldest`. */
export function choice(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/** A parameter of an address that occurs twice. */
function isRepeated(issue: Issue, value: unknown): boolean {
  if (issue.path.length !== 1 || !Array.isArray(value)) return false;
  return issue.code === "invalid_value" || issue.code === "invalid_type" && issue.expected !== "array";
}

const TYPES: Readonly<Record<string, string>> = {
  string: "one text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What would be right, in words that follow “use”. */
function expectedBy(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected as string] ?? "another value";
    case "too_small":
      return `at least ${amount(issue.minimum as number, issue.origin as string)}`;
    case "too_big":
      return `at most ${amount(issue.maximum as number, issue.origin as string)}`;
    case "invalid_value":
      return choice((issue.values as unknown[]).map(String));
    case "unrecognized_keys": {
      const { shape = {} } = (issue.inst as z.ZodObject | undefined)?._zod.def ?? {};
      const names = Object.keys(shape);
      return names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    }
  }
  return "another value";
}

function amount(number: number, origin: string): string {
  const unit = { string: " characters", array: " entries" }[origin] ?? "";
  return number.toLocaleString("en") + unit;
}
