/** The effective settings and their sources, the size of the archive and its growth. */
import type { Handler } from "hono";
import type { Channel } from "../src/archive/channel.ts";
import type { Totals } from "../src/archive/reader.ts";
import { type Access, isManager, mayManage } from "../src/web/access/access.ts";
import type { EmoteServiceStatus } from "../src/collector/recorder.ts";
import { SERVICE_NAMES } from "../components/message/parts.tsx";
import { Clock } from "../components/time.tsx";
import { HowToManage } from "../components/page/how_to_manage.tsx";
import { bytes, count, counted, percent } from "../components/numbers.ts";
import { kept, RetentionOf } from "./channels/retention.tsx";
import type { Env, ShownSetting, Site } from "./site.tsx";

/** Channels in the list, and those with a limit. */
const LARGEST = 12;
const MAX_NAMED = 60;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channels = (await site.channels(c)).map(({ channel }) => channel);
    const [totals, days] = await Promise.all([
      site.archive.totals(),
      site.lastDay.of(channels.map(({ id }) => id)),
    ]);
    return await site.page(
      c,
      { title: "Settings", section: "settings" },
      <View
        settings={site.config.settings ?? []}
        access={c.get("access")}
        totals={totals}
        emotes={site.recorder.status().emotes?.services}
        perDay={days.flat().reduce((sum, messages) => sum + messages, 0)}
        channels={channels}
        version={site.config.version}
      />,
    );
  };
}

interface ViewProps {
  /** Missing if no service is chosen. */
  emotes: readonly EmoteServiceStatus[] | undefined;
  settings: readonly ShownSetting[];
  access: Access;
  totals: Totals;
  /** Messages of the last day. */
  perDay: number;
  channels: readonly Channel[];
  version: string;
}

function View({ settings, access, totals, perDay, channels, emotes, version }: ViewProps) {
  return (
    <div class="page">
      <h1>Settings</h1>
      <section class="panel-section">
        <h2>Storage</h2>
        <Storage totals={totals} perDay={perDay} channels={channels} access={access} />
      </section>
      <section class="panel-section">
        <h2>Channels</h2>
        <p>
          <a href="/channels">Add, disable and delete channels; how long each is kept</a>
        </p>
      </section>
      {emotes && (
        <section class="panel-section">
          <h2>Emotes</h2>
          <Emotes services={emotes} />
        </section>
      )}
      <section class="panel-section">
        <h2>Reading</h2>
        <p>
          <a href="/highlights">Highlight messages with words, of people, or of any search</a>
        </p>
      </section>
      {isManager(access) && (
        <section class="panel-section">
          <h2>Access</h2>
          <p>
            <a href="/tokens">Tokens of programs that use the API</a>
          </p>
          <p>
            <a href="/opt-outs">Opt-outs: channels and users that are not recorded</a>
          </p>
          <p>
            <a href="/audit">Audit log: what was changed by whom</a>
          </p>
        </section>
      )}
      <section class="panel-section">
        <h2>Settings in effect</h2>
        {mayManage(access)
          ? (
            <>
              <p class="dim">
                Settings come from flags, the environment or a file, and are read at the start. To change one,
                set it there and restart Scrollback.
              </p>
              <SettingsTable settings={settings} />
            </>
          )
          : <HowToManage access={access} />}
      </section>
      <p class="note">
        Scrollback {version} · <a href="/about">About</a>
      </p>
    </div>
  );
}

function Storage({ totals, perDay, channels, access }: Omit<ViewProps, "settings" | "version" | "emotes">) {
  const perMessage = totals.messages > 0 ? totals.bytes / totals.messages : 0;
  const bySize = [...channels].sort((a, b) => b.messages - a.messages);
  // Those with a limit are named, too.
  const largest = bySize.filter(({ retention }, i) => i < LARGEST || retention).slice(0, MAX_NAMED);
  const manages = mayManage(access);
  return (
    <>
      <dl class="facts">
        <Fact title="Archive" value={bytes(totals.bytes)} />
        <Fact title="Messages" value={count(totals.messages)} />
        <Fact title="A message" value={totals.messages > 0 ? `${Math.round(perMessage)} bytes` : "–"} />
        <Fact title="In the last 24 hours" value={counted(perDay, "message")} />
        <Fact title="Growth in 30 such days" value={`≈ ${bytes(perDay * 30 * perMessage)}`} />
        <Fact title="Size in a year of them" value={`≈ ${bytes(totals.bytes + perDay * 365 * perMessage)}`} />
      </dl>
      {largest.length > 0 && (
        <table class="list storage">
          <thead>
            <tr>
              <th scope="col">Largest channels</th>
              <th scope="col" class="number">Messages</th>
              <th scope="col" class="number">About</th>
              <th scope="col" class="number wide">Share</th>
              <th scope="col" class={manages ? undefined : "wide"}>Kept</th>
            </tr>
          </thead>
          <tbody>
            {largest.map((channel) => {
              const { id, login, messages, retention, deleting } = channel;
              return (
                <tr>
                  <th scope="row">
                    <a href={`/channels/${id}`}>{login}</a>
                  </th>
                  <td class="number" data-of="messages">{count(messages)}</td>
                  <td class="number">{bytes(messages * perMessage)}</td>
                  <td class="number wide">{percent(messages / Math.max(1, totals.messages) * 100)}</td>
                  {manages && !deleting
                    ? (
                      <td class="kept">
                        <RetentionOf channel={channel} />
                      </td>
                    )
                    : <td class="wide">{retention ? kept(retention) : "everything"}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </>
  );
}

function Emotes({ services }: { services: readonly EmoteServiceStatus[] }) {
  return (
    <dl class="facts">
      {services.map(({ service, answeredAt, failure }) => (
        <div>
          <dt>{SERVICE_NAMES[service]}</dt>
          <dd>
            {failure
              ? <span class="bad">No sets now: {failure}</span>
              : answeredAt === undefined
              ? "not read yet"
              : (
                <>
                  read at <Clock at={answeredAt} />
                </>
              )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Fact({ title, value }: { title: string; value: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function SettingsTable({ settings }: Pick<ViewProps, "settings">) {
  return (
    <table class="list settings">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {settings.map(({ name, value, from, about }) => (
          <tr>
            <th scope="row">
              <code>{name}</code>
              <span class="note">{about.replaceAll("`", "")}</span>
            </th>
            <td>
              {value === undefined || value === "" ? <span class="dim">not set</span> : <code>{value}</code>}
            </td>
            <td>{from === "not set" ? "" : from}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
