/** The parameters that several operations share, and their values. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Channel } from "../../../src/archive/channel.ts";
import type { UserProfile } from "../../../src/archive/user.ts";
import { parseId } from "../../../src/chat/ids.ts";
import { readMoment } from "../../../src/search/language/moment.ts";
import { Failure } from "../../../src/web/failure.ts";
import { idAs, textUpTo, wholeWithin } from "../../../src/web/params.ts";
import { areValid, readFields, type ValidFields } from "../../search/query/fields.ts";
import { channelNamed } from "../../shared/find_channel.ts";
import { nameIn } from "../../shared/find_user.ts";
import type { Env, Site } from "../../site.tsx";
import { InvalidParameters, searchErrors } from "./problem.ts";

const MAX_LIMIT = 500;

export const q = textUpTo(500, "a search, such as hello").openapi({
  description: "A search, as in the search field. `docs/search.md` describes the language.",
  example: "hello in:harborlight",
});
/** A whole number within bounds. */
export const whole = (min: number, max: number, or: number) =>
  wholeWithin(min, max).default(or).openapi({ type: "integer", minimum: min, maximum: max, default: or });
export const limit = whole(1, MAX_LIMIT, 50).openapi({ example: 10 });
export const id = idAs("the id of a message").openapi({ type: "integer" });
/** For operations without parameters of the query. */
export const NoQuery = z.strictObject({});
const MOMENT =
  "A moment: `2026-03-24`, `2026-03-24T20:15:00Z`, `2026-03`, `yesterday`, or a duration before now, `7d`.";
export const moment = z.string().max(40).openapi({ description: MOMENT });
/** A span of time; by default all time until now. */
export const Span = z.strictObject({
  from: moment.optional().openapi({ description: MOMENT, example: "7d" }),
  to: moment.optional().openapi({ description: `${MOMENT} Excluded.`, example: "now" }),
});

/** An archive's id or a name in a path. */
export const Path = {
  channel: z.object({
    channel: z.string().max(60).openapi({
      description: "The archive's id of the channel, its login, or an earlier one.",
      example: "harborlight",
    }),
  }),
  user: z.object({
    user: z.string().max(60).openapi({
      description: "Twitch's id of the user, a present or earlier login, or the display name.",
      example: "mossgarden",
    }),
  }),
  message: z.object({ id }),
};

/** The channel of a path. @throws a Failure if there is none */
export async function channelOf(site: Site, text: string): Promise<Channel> {
  const number = parseId(text);
  const channel = number === undefined ? undefined : await site.archive.channel(number);
  const found = channel ?? await channelNamed(site, text);
  if (!found) throw new Failure("missing", `No channel “${text.slice(0, 60)}” in the archive.`);
  return found;
}

/** The user of a path. @throws a Failure if there is none */
export async function userOf(site: Site, text: string): Promise<UserProfile> {
  const isId = /^-?\d{1,16}$/.test(text);
  const [byId, byName] = await site.archive.batch(
    ["user", isId ? Number(text) : 0],
    ["userByName", nameIn(text)],
  );
  const found = byId ?? byName;
  if (!found) throw new Failure("missing", `No user “${text.slice(0, 60)}” in the archive.`);
  return found;
}

/** The search of `q`. @throws InvalidParameters */
export async function searchOf(site: Site, c: Context<Env>, text: string): Promise<ValidFields> {
  const fields = await readFields(site, c, { q: text });
  if (areValid(fields)) return fields;
  const { problems } = fields;
  if (problems.q) throw searchErrors(problems.q);
  throw new InvalidParameters([{ parameter: "q", detail: "Nothing is searched for: q is empty." }]);
}

/** The span of `from` and `to`; by default all time until now. @throws InvalidParameters */
export function spanOf(
  { from, to }: { from?: string; to?: string },
  now: number,
): { from: number; to: number } {
  const span = { from: momentAt("from", from, now) ?? 0, to: momentAt("to", to, now) ?? now };
  if (span.from >= span.to) {
    throw new InvalidParameters([{
      parameter: "to",
      detail: "The span is empty: `to` must be after `from`.",
    }]);
  }
  return span;
}

/** @throws InvalidParameters */
export function momentAt(parameter: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const span = readMoment(text, now);
  if (span) return span.from;
  const detail = `“${text}” is not a valid ${parameter}. ${MOMENT}`;
  throw new InvalidParameters([{ parameter, detail }]);
}
