/** Parameters of addresses and forms, read once at the edge. */
import type { Context } from "hono";
import { z } from "zod";
import { parseId } from "../chat/ids.ts";
import { Failure } from "./failure.ts";

/** An id of an event or a channel. */
export const id = z.string().transform((text, check) => {
  const value = parseId(text);
  if (value !== undefined) return value;
  check.addIssue({ code: "custom", message: "a whole number is expected" });
  return z.NEVER;
});

/** An id of a user: negative for somebody who is known by login only. */
export const userId = z.string().regex(/^-?\d{1,16}$/, "a whole number is expected").transform(Number);

/** An empty field of a form is an absent one. */
export function optional<T extends z.ZodType>(type: T) {
  return z.preprocess((value) => value === "" ? undefined : value, type.optional());
}

export const page = z.coerce.number("a whole number is expected").int().min(1).max(200);
export const pageSize = z.coerce.number("a whole number is expected").int().min(1).max(200);
/** What is typed into a field: long enough for anything sensible. */
export const text = z.string().max(500, "at most 500 characters");

/**
 * Reads named values with a schema.
 * @throws a Failure that names the first value which is wrong
 */
export function read<T extends z.ZodType>(schema: T, values: Record<string, unknown>): z.output<T> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const name = issue.path.join(".");
  const met = String(values[name] ?? "").slice(0, 60);
  throw new Failure("invalid", `“${met}” is not a valid ${name}: ${issue.message}.`);
}

export function readQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  return read(schema, c.req.query());
}

/**
 * Reads a form with a schema.
 * @throws a Failure that names the first value which is wrong, or says that the body is no form
 */
export async function readForm<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  return read(schema, await formOf(c));
}

/** The fields of a form as they came. @throws a Failure where the body is not what it says it is */
export async function formOf(c: Context): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody();
  } catch (error) {
    // What the runtime throws for multipart without its boundaries; whatever else came on the way keeps its own words.
    if (error instanceof TypeError) throw new Failure("invalid", "The form could not be read.");
    throw error;
  }
}

/** The `{id}` of an address; one that is no number names nothing. */
export function pathId(c: Context, schema: z.ZodType<number> = id): number {
  const result = schema.safeParse(c.req.param("id"));
  if (!result.success) throw new Failure("invalid", `“${c.req.param("id")}” is not an id.`);
  return result.data;
}
