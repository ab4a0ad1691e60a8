/** Logs of a day, a month, or any span of time. */
import type { Context, Handler } from "hono";
import type { Coverage } from "../../../src/archive/coverage.ts";
import { percentOf } from "../../../src/chat/coverage.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { timeOf } from "../../../src/chat_log/span.ts";
import { notFound } from "../../shared/open_reads.ts";
import type { Env, Site } from "../../site.tsx";
import type { Downloads } from "./download.ts";
import { isFresh } from "./freshness.ts";
import { logOptions } from "./options.ts";
import { channelIn, userIn } from "./paths.ts";
import { dayOf, monthOf, type Span, spanIn } from "./span.ts";
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

/** The log of the span in `from` and `to`; without them a redirect to the latest day, or to the latest month of a user. */
export function ofSpan(site: Site, downloads: Downloads): Handler<Env> {
  return async (c) => {
    const span = spanIn(c);
    return span ? await answer(site, downloads, c, span) : await redirectToLatest(site, c);
  };
}

function answer(site: Site, downloads: Downloads, c: Context<Env>, span: Span): Promise<Response> {
  const options = logOptions(c);
  return downloads.answer(c, async () => {
    const subjects = await findSubjects(site, channelIn(c), userIn(c));
    const { channel, user } = subjects;
    const past = {
      from: span.from || (channel.firstAt ?? channel.createdAt),
      to: Math.min(span.to, site.now()),
    };
    const [coverage, version] = await site.archive.batch(
      ["coverage", channel.id, past.from, Math.max(past.from, past.to)],
      ["logVersion", channel.id, span.from, span.to],
    );
    setCoverage(c, coverage, past);
    if (isFresh(site, c, span, version)) return c.body(null, 304);
    return {
      ...options,
      ...span,
      channelId: channel.id,
      userId: user?.id,
      fileName: fileName(subjects, span),
    };
  });
}

/** Says which share of the span the archive was listening, so that silence and outage differ. */
function setCoverage(c: Context<Env>, { days }: Coverage, { from, to }: Span): void {
  const sum = (key: "listenedMs" | "filledMs") => days.reduce((ms, day) => ms + day[key], 0);
  const share = { wantedMs: to - from, listenedMs: sum("listenedMs"), filledMs: sum("filledMs") };
  const percent = percentOf(share);
  if (percent !== undefined) c.header("X-Scrollback-Coverage", `${percent}%`);
}

async function redirectToLatest(site: Site, c: Context<Env>): Promise<Response> {
  const { channel, user } = await findSubjects(site, channelIn(c), userIn(c));
  const { events: [latest] } = await site.archive.timeline({
    channelId: channel.id,
    userId: user?.id,
    limit: 1,
  });
  if (!latest) throw notFound();
  const { pathname, search } = new URL(c.req.url);
  const at = new Date(timeOf(latest.id, latest.sentAt ?? receivedAt(latest.id)));
  const date = [at.getUTCFullYear(), at.getUTCMonth() + 1, ...user ? [] : [at.getUTCDate()]];
  const path = [...pathname.split("/").filter((step) => step !== ""), ...date].map((step) => `/${step}`).join(
    "",
  );
  c.header("Cache-Control", "no-cache");
  return c.redirect(path + search, 303);
}

/** `forsen-ann-2026-11-01` */
function fileName({ channel, user }: Subjects, { from }: Span): string {
  const day = new Date(from).toISOString().slice(0, 10);
  return [safeName(channel), ...user ? [safeName(user)] : [], day].join("-");
}
