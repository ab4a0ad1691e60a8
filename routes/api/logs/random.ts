/** One random message of a channel, or of a user in it. */
import type { Handler } from "hono";
import { notFound } from "../../shared/open_reads.ts";
import type { Env, Site } from "../../site.tsx";
import type { Downloads } from "./download.ts";
import { logOptions } from "./options.ts";
import { channelIn, userIn } from "./paths.ts";
import { findSubjects, safeName } from "./subjects.ts";

export function random(site: Site, downloads: Downloads): Handler<Env> {
  return async (c) => {
    const options = logOptions(c);
    c.header("Cache-Control", "no-cache");
    return await downloads.answer(c, async () => {
      const { channel, user } = await findSubjects(site, channelIn(c), userIn(c));
      const id = await site.archive.randomMessage(channel.id, user?.id);
      if (id === undefined) throw notFound();
      return {
        ...options,
        newestFirst: false,
        offset: 0,
        limit: 1,
        channelId: channel.id,
        beyond: id - 1,
        fileName: `${safeName(channel)}-random`,
      };
    });
  };
}
