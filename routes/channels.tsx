/** The channels: list, add, switch on and off. */
import type { Handler } from "hono";
import { z } from "zod";
import { AddChannels, type AddChannelsProps } from "../components/add_channels.tsx";
import { ChannelState, LastHeard } from "../components/channel_state.tsx";
import { HowToManage } from "../components/how_to_manage.tsx";
import { count } from "../components/numbers.ts";
import { parseChannelNames } from "../src/chat/channel_name.ts";
import { mayManage } from "../src/web/access.ts";
import { Failure } from "../src/web/failure.ts";
import { wantsFragment } from "../src/web/htmx.ts";
import { pathId, readForm } from "../src/web/params.ts";
import { kept } from "./channel_retention.tsx";
import type { ChannelView, Env, Site } from "./site.tsx";

export function list(site: Site): Handler<Env> {
  return async (c) => {
    const manage = mayManage(c.get("access"));
    if (wantsFragment(c)) {
      return c.html(<List channels={await site.channels(c)} now={site.now()} manage={manage} />);
    }
    return await page(site, c, {}, 200);
  };
}

const Added = z.object({ name: z.string("a name is expected").max(10_000, "at most 10,000 characters") });

/** At most so many at once: Twitch lets 20 channels be joined in 10 s. */
const ADDED_AT_ONCE = 200;

export function add(site: Site): Handler<Env> {
  return async (c) => {
    const { name } = await readForm(c, Added);
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

const Change = z.object({ enabled: z.enum(["true", "false"], "true or false is expected") });

export function change(site: Site): Handler<Env> {
  return async (c) => {
    const { enabled } = await readForm(c, Change);
    const channel = await site.recorder.setEnabled(pathId(c), enabled === "true");
    if (!channel) throw new Failure("missing", "There is no such channel.");
    if (!wantsFragment(c)) return c.redirect("/channels", 303);
    return c.html(<List channels={await site.channels(c)} now={site.now()} manage />);
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
      <List channels={await site.channels(c)} now={site.now()} manage={manage} />
    </div>,
    status,
  );
}

interface ListProps {
  channels: ChannelView[];
  now: number;
  manage: boolean;
}

/** Refreshes itself. */
function List({ channels, now, manage }: ListProps) {
  return (
    <div
      id="channel-list"
      hx-get="/channels"
      hx-trigger="every 3s"
      hx-swap="outerMorph"
      {...{ "hx-status:4xx": "swap:none", "hx-status:5xx": "swap:none" }}
    >
      {channels.length === 0 ? <p class="empty">There are no channels yet.</p> : (
        <table class="list channels">
          <caption class="sr-only">Channels</caption>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">State</th>
              <th scope="col" class="number">Messages</th>
              <th scope="col" class="number wide">Last heard</th>
              {manage && (
                <th scope="col">
                  <span class="sr-only">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>{channels.map((channel) => <Row {...channel} now={now} manage={manage} />)}</tbody>
        </table>
      )}
    </div>
  );
}

function Row({ channel, status, now, manage }: ChannelView & { now: number; manage: boolean }) {
  return (
    <tr id={`c${channel.id}`}>
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
                aria-label={`Keep… of ${channel.login}`}
              >
                Keep…
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
