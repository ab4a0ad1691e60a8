/** The list of channels: add, enable and disable. */
import type { Context, Handler } from "hono";
import { raw } from "hono/html";
import { z } from "zod";
import { AddChannels, type AddChannelsProps } from "../../components/form/add_channels.tsx";
import { ChannelState, LastHeard } from "../../components/channel/state.tsx";
import { ListPoller, Update } from "../../components/list_updates.tsx";
import { HowToManage } from "../../components/page/how_to_manage.tsx";
import { count } from "../../components/numbers.ts";
import { parseChannelNames } from "../../src/chat/channel_name.ts";
import { mayManage } from "../../src/web/access/access.ts";
import type { ChangedRows } from "../../src/web/pages/changed_rows.ts";
import { Failure } from "../../src/web/failure.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { optional, pathId, readForm, readQuery, text, textUpTo } from "../../src/web/params.ts";
import { noteObject } from "../access/audited.ts";
import { kept } from "./retention.tsx";
import type { ChannelView, Env, Site } from "../site.tsx";

const Query = z.object({ since: optional(text) });

export function list(site: Site): Handler<Env> {
  return async (c) => {
    const { since } = readQuery(c, Query);
    if (since === undefined) {
      return wantsFragment(c) ? c.html(await listNow(site, c)) : await page(site, c, {}, 200);
    }
    const whole = await listNow(site, c);
    const changes = changesOf(site, mayManage(c.get("access"))).since(since);
    if (!changes) return c.html(<Update id="channel-list" html={String(whole)} />);
    if (changes.rows.length === 0) return c.body(null, 204);
    return c.html(
      <>
        <ChannelsPoller token={changes.token} />
        {changes.rows.map(([id, html]) => <Update id={id} html={html} />)}
      </>,
    );
  };
}

const Added = z.object({ name: textUpTo(10_000, "the name of a channel") });

/** Twitch allows 20 joins in 10 s. */
const ADDED_AT_ONCE = 200;

export function add(site: Site): Handler<Env> {
  return async (c) => {
    const { name } = await readForm(c, Added);
    noteObject(c, name);
    const { logins, wrong } = parseChannelNames(name);
    const problem = problemWith(logins, wrong);
    if (problem) return await page(site, c, { value: name, problem }, 422);
    const added = await site.recorder.addChannels(logins);
    const deleting = added.filter((channel) => channel.deleting).map(({ login }) => login);
    if (deleting.length > 0) {
      return await page(site, c, { value: deleting.join(" "), problem: stillThere(deleting) }, 422);
    }
    return c.redirect(added.length === 1 ? `/channels/${added[0]!.id}` : "/channels", 303);
  };
}

function problemWith(logins: string[], wrong: string[]): string | undefined {
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 3).map((name) => `“${name.slice(0, 60)}”`).join(", ");
    const isOne = wrong.length === 1;
    return `${shown}${wrong.length > 3 ? " and others" : ""} ${
      isOne ? "is" : "are"
    } not the name of a channel: ` +
      "names have up to 25 letters a to z, digits and underscores.";
  }
  if (logins.length === 0) return "Name at least one channel.";
  if (logins.length > ADDED_AT_ONCE) {
    return `These are ${logins.length} channels; at most ${ADDED_AT_ONCE} at once.`;
  }
}

function stillThere(deleting: string[]): string {
  const isOne = deleting.length === 1;
  return `${deleting.join(", ")} ${isOne ? "is" : "are"} still being deleted: add ${isOne ? "it" : "them"} ` +
    `again when ${isOne ? "it is" : "they are"} gone from the list.`;
}

const Change = z.object({ enabled: z.enum(["true", "false"]) });

export function change(site: Site): Handler<Env> {
  return async (c) => {
    const { enabled } = await readForm(c, Change);
    const channel = await site.recorder.setEnabled(pathId(c), enabled === "true");
    if (!channel) throw new Failure("missing", "There is no such channel.");
    noteObject(c, `${channel.login}: ${enabled === "true" ? "on" : "off"}`);
    if (!wantsFragment(c)) return c.redirect("/channels", 303);
    return c.html(await listNow(site, c));
  };
}

async function page(site: Site, c: Parameters<Handler<Env>>[0], form: AddChannelsProps, status: 200 | 422) {
  const manage = mayManage(c.get("access"));
  return await site.page(
    c,
    { title: "Channels", section: "channels" },
    <div class="page">
      <h1>Channels</h1>
      {manage ? <AddChannels {...form} /> : <HowToManage access={c.get("access")} />}
      {await listNow(site, c)}
    </div>,
    status,
  );
}

/** The current list; it polls for changes. */
async function listNow(site: Site, c: Context<Env>) {
  const manage = mayManage(c.get("access"));
  const now = site.now();
  const rows = new Map((await site.channels(c)).map((view) => {
    const id = `c${view.channel.id}`;
    return [id, String(<Row {...view} id={id} now={now} manage={manage} />)];
  }));
  const token = changesOf(site, manage).update(rows);
  return (
    <div id="channel-list">
      <ChannelsPoller token={token} />
      {rows.size === 0
        ? <p class="empty">There are no channels yet.</p>
        : <Table rows={rows} manage={manage} />}
    </div>
  );
}

function ChannelsPoller({ token }: { token: string }) {
  return <ListPoller id="channels-poller" address="/channels" token={token} every="3s" />;
}

/** Rows differ for clients that may manage channels. */
function changesOf(site: Site, manage: boolean): ChangedRows {
  return manage ? site.changes.managedChannels : site.changes.channels;
}

function Table({ rows, manage }: { rows: ReadonlyMap<string, string>; manage: boolean }) {
  return (
    <table class="list channels">
      <caption class="sr-only">Channels</caption>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">State</th>
          <th scope="col" class="number">Messages</th>
          <th scope="col" class="number wide">Last message</th>
          {manage && (
            <th scope="col">
              <span class="sr-only">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{raw([...rows.values()].join(""))}</tbody>
    </table>
  );
}

interface RowProps extends ChannelView {
  id: string;
  now: number;
  manage: boolean;
}

function Row({ id, channel, status, now, manage }: RowProps) {
  return (
    <tr id={id}>
      <th scope="row">
        <a href={`/channels/${channel.id}`}>{channel.login}</a>
        {channel.earlierLogins.length > 0 && <span class="note">was {channel.earlierLogins.join(", ")}</span>}
        {channel.retention && <span class="note">keeps {kept(channel.retention)}</span>}
      </th>
      <td>
        <ChannelState {...status} now={now} />
      </td>
      <td class="number" data-of="messages">{count(channel.messages)}</td>
      <td class="number wide">
        <LastHeard at={channel.lastAt} now={now} />
      </td>
      {manage && (
        <td class="actions">
          {!channel.deleting && (
            <>
              <form
                method="post"
                action={`/channels/${channel.id}`}
                hx-post={`/channels/${channel.id}`}
                hx-target="#channel-list"
                hx-swap="outerMorph"
              >
                <input type="hidden" name="enabled" value={String(!channel.enabled)} />
                <button
                  class="button"
                  type="submit"
                  aria-label={`${channel.enabled ? "Disable" : "Enable"} ${channel.login}`}
                >
                  {channel.enabled ? "Disable" : "Enable"}
                </button>
              </form>
              <a
                class="button"
                href={`/channels/${channel.id}/retention`}
                aria-label={`Retention of ${channel.login}…`}
              >
                Retention…
              </a>
              <a
                class="button"
                href={`/channels/${channel.id}/delete`}
                aria-label={`Delete ${channel.login}…`}
              >
                Delete…
              </a>
            </>
          )}
        </td>
      )}
    </tr>
  );
}
