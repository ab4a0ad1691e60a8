/** Validates parameters of addresses and forms. */
import type { Context } from "hono";
import { z } from "zod";
import { parseId } from "../chat/ids.ts";
import { Failure } from "./failure.ts";
import { isPrintable, wrongValue } from "./schema_errors.ts";

/** An id in an address. @param right what would be right, for errors */
export function idAs(right: string) {
  return z.string(right).transform((text, check) => {
    const value = parseId(text);
    if (value !== undefined) return value;
    check.addIssue({ code: "custom", message: right });
    return z.NEVER;
  });
}

/** An id of an event or a channel. */
export const id = idAs("a whole number");

/** An id of a user: negative for a user known by login only. */
export const userId = z.string().regex(/^-?\d{1,16}$/, "a whole number").transform(Number);

/** A whole number within bounds, in digits. */
export function wholeWithin(min: number, max: number) {
  const right = `a whole number from ${min} to ${max}`;
  return z.string(right).refine(
    (text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max,
    right,
  ).transform(Number);
}

/** Treats an empty field of a form as absent. */
export function optional<T extends z.ZodType>(type: T) {
  return z.preprocess((value) => value === "" ? undefined : value, type.optional());
}

export const page = wholeWithin(1, 200);
export const pageSize = wholeWithin(1, 200);

/** What would be right instead of a value of another type, or of none. */
export function orElse(right: string) {
  return { error: ({ code }: { code?: string }) => code === "invalid_type" ? right : undefined };
}

/** The text of a field. @param right what would be right if it is absent */
export function textUpTo(max: number, right = "one text") {
  return z.string(orElse(right)).max(max).refine(isPrintable, "text without control characters");
}
export const text = textUpTo(500);

/** Parses named values with a schema. @throws a Failure that names the first invalid value */
export function read<T extends z.ZodType>(schema: T, values: Record<string, unknown>): z.output<T> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new Failure("invalid", wrongValue(result.error.issues[0]!, values).sentence);
}

export function readQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  return read(schema, c.req.query());
}

/** Returns a parameter that is an unsigned integer, if the request has it. @throws a Failure if it has another value */
export function wholeNumber(c: Context, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Failure(
    "invalid",
    `“${text.slice(0, 60)}” is not a valid ${name}: use a whole number, 0 or more`,
  );
}

/**
 * Parses a form with a schema. @throws a Failure that names the first invalid value, or if the body is not a
 * form
 */
export async function readForm<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  return read(schema, await formOf(c));
}

/** Returns the fields of a form unchanged. @throws a Failure if the body does not match its Content-Type */
export async function formOf(c: Context): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody();
  } catch (error) {
    // The runtime throws a TypeError for multipart without boundaries. Other errors are passed on.
    if (error instanceof TypeError) throw new Failure("invalid", "The form could not be read.");
    throw error;
  }
}

/**
 * Parses a JSON body with a schema. @throws a Failure that names the first invalid value, or if the body is not
 * JSON
 */
export async function readJson<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const isJson =
    (c.req.header("Content-Type") ?? "").split(";")[0]!.trim().toLowerCase() === "application/json";
  if (!isJson) throw new Failure("invalid", "The body must be JSON, with Content-Type: application/json.");
  let value: unknown;
  try {
    value = await c.req.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure("invalid", "The body is not valid JSON.");
    throw error;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Failure("invalid", "The body must be a JSON object.");
  }
  return read(schema, value as Record<string, unknown>);
}

/** Returns the `{id}` of an address. @throws a Failure if it is not a valid id */
export function pathId(c: Context, schema: z.ZodType<number> = id): number {
  const result = schema.safeParse(c.req.param("id"));
  if (!result.success) throw new Failure("invalid", `“${c.req.param("id")}” is not an id.`);
  return result.data;
}
