/** Logs of a day, a month, or any span of time. */
import type { Context, Handler } from "hono";
import type { Env, Site } from "../../site.tsx";
import type { Downloads } from "./download.ts";
import { logOptions } from "./options.ts";
import { channelIn, userIn } from "./paths.ts";
import { dayOf, monthOf, type Span } from "./span.ts";
import { findSubjects, safeName, type Subjects } from "./subjects.ts";

/** The log of one day of a channel. */
export function ofDay(site: Site, downloads: Downloads): Handler<Env> {
  return async (c) => {
    const { year, month, day } = c.req.param() as Record<string, string>;
    return await answer(site, downloads, c, dayOf(year!, month!, day!));
  };
}

/** The log of one month of a user in a channel. */
export function ofMonth(site: Site, downloads: Downloads): Handler<Env> {
  return async (c) => {
    const { year, month } = c.req.param() as Record<string, string>;
    return await answer(site, downloads, c, monthOf(year!, month!));
  };
}

async function answer(site: Site, downloads: Downloads, c: Context<Env>, span: Span): Promise<Response> {
  const options = logOptions(c);
  const subjects = await findSubjects(site, channelIn(c), userIn(c));
  return await downloads.answer(c, {
    ...options,
    ...span,
    channelId: subjects.channel.id,
    userId: subjects.user?.id,
    fileName: fileName(subjects, span),
  });
}

/** `forsen-ann-2026-11-01` */
function fileName({ channel, user }: Subjects, { from }: Span): string {
  const day = new Date(from).toISOString().slice(0, 10);
  return [safeName(channel), ...user ? [safeName(user)] : [], day].join("-");
}
