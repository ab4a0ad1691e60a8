/** The dashboard: the state of recording. */
import type { Context, Handler } from "hono";
import { raw } from "hono/html";
import { z } from "zod";
import type { Totals } from "../src/archive/reader.ts";
import type { CollectorStatus } from "../src/collector/recorder.ts";
import { AddChannels } from "../components/form/add_channels.tsx";
import { ListPoller, Update } from "../components/list_updates.tsx";
import { HowToManage } from "../components/page/how_to_manage.tsx";
import { ChannelState, LastHeard } from "../components/channel/state.tsx";
import { bytes, count, counted, span } from "../components/numbers.ts";
import { Sparkline } from "../components/channel/sparkline.tsx";
import { Moment } from "../components/time.tsx";
import { type Access, mayManage } from "../src/web/access/access.ts";
import { coalesce } from "../src/web/pages/coalesce.ts";
import { wantsFragment } from "../src/web/htmx.ts";
import { optional, readQuery, text } from "../src/web/params.ts";
import { findUser } from "./shared/find_user.ts";
import type { ChannelView, Env, Site } from "./site.tsx";

const Query = z.object({ channel: optional(text), username: optional(text), since: optional(text) });

export function show(site: Site): Handler<Env> {
  const readOnce = coalesce<Overview>();

  async function read(c: Context<Env>): Promise<Overview> {
    const [channels, totals] = await Promise.all([site.channels(c), site.archive.totals()]);
    const minutes = await site.minutes.of(channels.map(({ channel }) => channel.id));
    const now = site.now();
    const rows = new Map(channels.map((view, i) => {
      const id = `c${view.channel.id}`;
      return [id, String(<ChannelRow {...view} minutes={minutes[i]!} now={now} id={id} />)];
    }));
    return { channels, totals, rows, token: site.changes.overview.update(rows) };
  }

  return async (c) => {
    const { channel, username, since } = readQuery(c, Query);
    if (username !== undefined) return c.redirect(await findUser(site, username, channel));

    // Browsers have different states, and so request different addresses: share the reading here.
    const { channels, totals, rows, token } =
      await (since === undefined ? read(c) : readOnce("", () => read(c)));
    const tiles = (
      <Tiles channels={channels} totals={totals} status={site.recorder.status()} now={site.now()} />
    );
    const overview = (
      <div id="overview">
        <OverviewPoller token={token} />
        {tiles}
        {rows.size > 0 && <Table rows={rows} />}
      </div>
    );
    if (since !== undefined) {
      const changes = site.changes.overview.since(since);
      if (!changes) return c.html(<Update id="overview" html={String(overview)} />);
      return c.html(
        <>
          <OverviewPoller token={changes.token} />
          <Update id="tiles" html={String(tiles)} />
          {changes.rows.map(([id, html]) => <Update id={id} html={html} />)}
        </>,
      );
    }
    if (wantsFragment(c)) return c.html(overview);
    return await site.page(
      c,
      { title: "Dashboard", section: "home" },
      <div class="page">
        <h1>Dashboard</h1>
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

interface TilesProps {
  channels: readonly ChannelView[];
  totals: Totals;
  status: CollectorStatus;
  now: number;
}

function Tiles({ channels, totals, status, now }: TilesProps) {
  const perMinute = status.channels.reduce((sum, each) => sum + each.perMinute, 0);
  const recording = channels.filter(({ status }) => status.state === "joined").length;
  const wanted = channels.filter(({ channel }) => channel.enabled).length;
  return (
    <dl class="tiles" id="tiles">
      <Tile
        name="Messages"
        value={count(totals.messages)}
        note={`${count(perMinute)} in the last minute`}
      />
      <Tile name="Channels" value={`${recording} of ${wanted}`} note="are being recorded" />
      <Tile name="Users" value={count(totals.users)} note="have been seen" />
      <Tile name="Archive" value={bytes(totals.bytes)} note={perMessage(totals)} />
      <Tile name="Twitch" {...connectionWords(status)} />
      <Tile name="Uptime" value={span((now - status.startedAt) / 1000)} note={lostWords(status)} />
    </dl>
  );
}

function Table({ rows }: { rows: ReadonlyMap<string, string> }) {
  return (
    <table class="list channels">
      <caption class="sr-only">Channels</caption>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">State</th>
          <th scope="col" class="wide">Last 60 minutes</th>
          <th scope="col" class="number">Per minute</th>
          <th scope="col" class="number">Messages</th>
          <th scope="col" class="number wide">Last message</th>
        </tr>
      </thead>
      <tbody>{raw([...rows.values()].join(""))}</tbody>
    </table>
  );
}

interface ChannelRowProps extends ChannelView {
  id: string;
  minutes: readonly number[];
  now: number;
}

function ChannelRow({ id, channel, status, minutes, now }: ChannelRowProps) {
  const messages = minutes.reduce((sum, n) => sum + n, 0);
  return (
    <tr id={id}>
      <th scope="row">
        <a href={`/channels/${channel.id}`}>{channel.login}</a>
      </th>
      <td>
        <ChannelState {...status} now={now} />
      </td>
      <td class="wide">
        <Sparkline minutes={minutes} label={`${counted(messages, "message")} in the last hour`} />
      </td>
      <td class="number" data-of="per minute">{count(status.perMinute)}</td>
      <td class="number" data-of="in total">{count(channel.messages)}</td>
      <td class="number wide">
        <LastHeard at={channel.lastAt} now={now} />
      </td>
    </tr>
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

function Tile({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span> <span class="note">{note}</span>
      </dd>
    </div>
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

function perMessage({ messages, bytes }: Totals): string {
  return messages > LITTLE ? `${Math.round(bytes / messages)} bytes a message` : "on disk";
}

function connectionWords({ connections, loginName }: CollectorStatus): { value: string; note: string } {
  const login = loginName === "anonymous" ? "anonymously" : `as ${loginName}`;
  const open = connections.filter(({ state }) => state === "open").length;
  const busy = connections.filter(({ state }) => state !== "idle").length;
  if (busy === 0) return { value: "idle", note: "no channel is enabled" };
  if (open === busy) {
    return { value: "connected", note: `${login}${open > 1 ? `, ${open} connections` : ""}` };
  }
  if (open > 0) return { value: `${open} of ${busy}`, note: "connections are open" };
  return connections.some(({ state }) => state === "refused")
    ? { value: "refused", note: "the login was not accepted" }
    : { value: "connecting", note: login };
}

function lostWords({ counts }: CollectorStatus): string {
  if (counts.dropped > 0) return `${counted(counts.dropped, "message")} lost`;
  return counts.rejected > 0 ? `${counted(counts.rejected, "line")} could not be stored` : "no messages lost";
}
