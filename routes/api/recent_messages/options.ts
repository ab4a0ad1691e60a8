/** The parameters of recent messages, each in both spellings that clients use. */
import type { Context } from "hono";
import type { RecentOptions } from "../../../src/chat_log/recent.ts";
import { Failure } from "../../../src/web/failure.ts";
import { wholeNumber } from "../../../src/web/params.ts";

/** The most messages that services of this kind return. */
const MAX_LIMIT = 800;

export interface RecentQuery extends RecentOptions {
  /** Maximum number of messages before some are left out, 0 to {@link MAX_LIMIT}. */
  limit: number;
  /** Received before this time, epoch milliseconds. */
  before?: number;
  /** Received after this time, epoch milliseconds. */
  after?: number;
}

/** @throws a Failure that names a wrong value */
export function recentOptions(c: Context): RecentQuery {
  return {
    limit: Math.min(wholeNumber(c, "limit") ?? MAX_LIMIT, MAX_LIMIT),
    before: wholeNumber(c, "before"),
    after: wholeNumber(c, "after"),
    hidesModeration: isOn(c, "hide_moderation_messages", "hideModerationMessages"),
    hidesModerated: isOn(c, "hide_moderated_messages", "hideModeratedMessages"),
    clearchatToNotice: isOn(c, "clearchat_to_notice", "clearchatToNotice"),
  };
}

function isOn(c: Context, name: string, alias: string): boolean {
  const value = c.req.query(name) ?? c.req.query(alias) ?? "false";
  if (value === "" || value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new Failure("invalid", `“${value.slice(0, 60)}” is not a valid ${name}: use true or false`);
}
