/** The home page: every channel with its last day, and the program's health in one line. */
import type { Context, Handler } from "hono";
import { raw } from "hono/html";
import { z } from "zod";
import type { Totals } from "../../src/archive/reader.ts";
import type { CollectorStatus } from "../../src/collector/recorder.ts";
import { DAY_MS } from "../../src/clock.ts";
import { AddChannels } from "../../components/form/add_channels.tsx";
import { ListPoller, Update } from "../../components/list_updates.tsx";
import { HowToManage } from "../../components/page/how_to_manage.tsx";
import { bytes, count, counted, span } from "../../components/numbers.ts";
import { Moment } from "../../components/time.tsx";
import { DEFAULT_VIEW, withView } from "../../components/view.ts";
import { type Access, mayManage } from "../../src/web/access/access.ts";
import { coalesce } from "../../src/web/pages/coalesce.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { optional, readQuery, text } from "../../src/web/params.ts";
import { Card } from "./card.tsx";
import { LastStreams, sessionsCall } from "./last_streams.ts";
import { findUser } from "../shared/find_user.ts";
import type { ChannelView, Env, Site } from "../site.tsx";

const Query = z.object({ channel: optional(text), username: optional(text), since: optional(text) });

export function show(site: Site): Handler<Env> {
  const readOnce = coalesce<Overview>();
  const streams = new LastStreams();

  async function read(c: Context<Env>): Promise<Overview> {
    const now = site.now();
    const channels = (await site.channels(c)).sort(inOrder);
    const ids = channels.map(({ channel }) => channel.id);
    const due = streams.due(channels.map(({ channel }) => channel), now);
    const [[totals, missed, ...found], days] = await Promise.all([
      site.archive.batch(["totals"], ["missed", undefined, now - DAY_MS, now], ...due.map(sessionsCall)),
      site.lastDay.of(ids),
    ]);
    streams.learn(due, found, now);
    const missedIn = new Map(missed.map((each) => [each.channelId, each]));
    // The same for all readers.
    const rows = withView(DEFAULT_VIEW, () =>
      new Map(channels.map((view, i) => {
        const id = `c${view.channel.id}`;
        const of = missedIn.get(view.channel.id);
        const stream = streams.of(view.channel.id);
        return [
          id,
          String(<Card {...view} bars={days[i]!} missed={of} stream={stream} now={now} id={id} />),
        ];
      })));
    return { channels, totals, rows, token: site.changes.overview.update(rows) };
  }

  return async (c) => {
    const { channel, username, since } = readQuery(c, Query);
    if (username !== undefined) return c.redirect(await findUser(site, username, channel));
    if (channel !== undefined) return c.redirect(`/channels/${encodeURIComponent(channel)}`);

    // Browsers have different states, and so request different addresses: share the reading here.
    const { channels, totals, rows, token } =
      await (since === undefined ? read(c) : readOnce("", () => read(c)));
    const health = (
      <Health channels={channels} totals={totals} status={site.recorder.status()} now={site.now()} />
    );
    const overview = (
      <div id="overview">
        <OverviewPoller token={token} />
        {rows.size > 0 && <ul class="cards">{raw([...rows.values()].join(""))}</ul>}
        {health}
      </div>
    );
    if (since !== undefined) {
      const changes = site.changes.overview.since(since);
      if (!changes) return c.html(<Update id="overview" html={String(overview)} />);
      return c.html(
        <>
          <OverviewPoller token={changes.token} />
          <Update id="health" html={String(health)} />
          {changes.rows.map(([id, html]) => <Update id={id} html={html} />)}
        </>,
      );
    }
    if (wantsFragment(c)) return c.html(overview);
    return await site.page(
      c,
      { title: "Channels", section: "home" },
      <div class="page">
        <div class="title-row">
          <h1>Channels</h1>
          {channels.length > 1 && <a class="button small" href="/side">Side by side</a>}
        </div>
        {channels.length === 0 && <Welcome access={c.get("access")} />}
        {overview}
        <Rejected {...site.recorder.status()} />
      </div>,
    );
  };
}

/** The data of the page at one moment. */
interface Overview {
  channels: ChannelView[];
  totals: Totals;
  /** By id of the element. */
  rows: ReadonlyMap<string, string>;
  token: string;
}

function OverviewPoller({ token }: { token: string }) {
  return <ListPoller id="overview-poller" address="/" token={token} every="3s" />;
}

/**
 * Recorded channels first, by name: an order that messages do not change, because a changed order is sent as a whole. Then the
 * others, the last message first.
 */
function inOrder(a: ChannelView, b: ChannelView): number {
  const isRecorded = ({ channel }: ChannelView) => channel.enabled && !channel.deleting;
  if (isRecorded(a) !== isRecorded(b)) return isRecorded(a) ? -1 : 1;
  return isRecorded(a) ? 0 : (b.channel.lastAt ?? 0) - (a.channel.lastAt ?? 0);
}

interface HealthProps {
  channels: readonly ChannelView[];
  totals: Totals;
  status: CollectorStatus;
  now: number;
}

/** One line: the state of recording, lost messages, and the size of the archive. */
function Health({ channels, totals, status, now }: HealthProps) {
  const recording = channels.filter(({ status }) => status.state === "joined").length;
  const wanted = channels.filter(({ channel }) => channel.enabled).length;
  const perMinute = status.channels.reduce((sum, each) => sum + each.perMinute, 0);
  return (
    <p id="health" class="health">
      <span class="value">
        {recording === wanted
          ? `Recording ${counted(wanted, "channel")}`
          : `Recording ${recording} of ${wanted} channels`}
      </span>
      <span>{lostWords(status)}</span>
      <span>{connectionWords(status)}</span>
      <span class="value">{counted(totals.messages, "message")}, {count(perMinute)} in the last minute</span>
      <span>{counted(totals.users, "person", "people")}</span>
      <span>
        {bytes(totals.bytes)}
        {totals.messages > LITTLE && `, ${Math.round(totals.bytes / totals.messages)} bytes a message`}
      </span>
      <span>running for {span((now - status.startedAt) / 1000)}</span>
    </p>
  );
}

/** Outside the polled part, so that it stays open. */
function Rejected({ counts, rejectedSamples }: CollectorStatus) {
  if (rejectedSamples.length === 0) return null;
  return (
    <details class="mt-8">
      <summary>
        {counted(counts.rejected, "line")} could not be stored since the start; the last of them
      </summary>
      <ul>
        {rejectedSamples.map(({ at, why, line }) => (
          <li class="mt-2">
            <Moment at={at} />, {why}: <code class="break-all">{line}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Welcome({ access }: { access: Access }) {
  return (
    <section class="welcome">
      <h2>Nothing is being recorded yet</h2>
      <p>
        Name a Twitch channel, and from then on every message in it is stored, shown live and searchable. No
        account is needed.
      </p>
      {mayManage(access) ? <AddChannels autofocus /> : <HowToManage access={access} />}
    </section>
  );
}

/** With fewer messages the size is mostly that of the empty file. */
const LITTLE = 20_000;

function connectionWords({ connections, loginName }: CollectorStatus): string {
  const login = loginName === "anonymous" ? "anonymously" : `as ${loginName}`;
  const open = connections.filter(({ state }) => state === "open").length;
  const busy = connections.filter(({ state }) => state !== "idle").length;
  if (busy === 0) return "not connected: no channel is enabled";
  if (open === busy) return `connected ${login}${open > 1 ? ` ${open} times` : ""}`;
  if (open > 0) return `${open} of ${busy} connections are open`;
  return connections.some(({ state }) => state === "refused") ? "Twitch refused the login" : "connecting";
}

function lostWords({ counts }: CollectorStatus): string {
  if (counts.dropped > 0) return `${counted(counts.dropped, "message")} lost`;
  return counts.rejected > 0 ? `${counted(counts.rejected, "line")} could not be stored` : "no messages lost";
}
