/** The messages of a user in a channel that have a text somewhere, in any case. */
import type { Handler } from "hono";
import { Failure } from "../../../src/web/failure.ts";
import { isPrintable, shown } from "../../../src/web/schema_errors.ts";
import { substringCondition } from "../../../src/search/substring.ts";
import type { Env, Site } from "../../site.tsx";
import type { Downloads } from "./download.ts";
import { logOptions } from "./options.ts";
import { channelIn, userIn } from "./paths.ts";
import { findSubjects, safeName } from "./subjects.ts";

/** Twitch's longest message. */
const MAX_LENGTH = 500;

export function search(site: Site, downloads: Downloads): Handler<Env> {
  return async (c) => {
    const options = logOptions(c);
    const q = c.req.query("q") ?? "";
    if (q.trim() === "") throw new Failure("invalid", "Nothing is searched for: the parameter q is empty");
    if (q.length > MAX_LENGTH) {
      throw new Failure("invalid", `The parameter q is too long: use at most ${MAX_LENGTH} characters`);
    }
    if (!isPrintable(q)) {
      throw new Failure("invalid", `${shown(q)} is not a valid q: use text without control characters`);
    }
    c.header("Cache-Control", "no-cache");
    return await downloads.answer(c, async () => {
      const { channel, user } = await findSubjects(site, channelIn(c), userIn(c));
      return {
        ...options,
        channelId: channel.id,
        userId: user!.id,
        search: substringCondition(q),
        fileName: `${safeName(channel)}-${safeName(user!)}-search`,
      };
    });
  };
}
