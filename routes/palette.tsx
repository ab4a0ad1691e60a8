/** The palette's entries for a text: channels, people, pages, actions and a search. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../src/archive/channel.ts";
import { type Access, isManager, mayManage } from "../src/web/access/access.ts";
import { optional, readQuery, text } from "../src/web/params.ts";
import { count } from "../components/numbers.ts";
import { choices, valueOf } from "../components/page/view_menu.tsx";
import { currentView } from "../components/view.ts";
import type { Env, Site } from "./site.tsx";

const Query = z.object({ q: optional(text) });
const CHANNELS = 6;
const PEOPLE = 5;
const SEARCHES = 5;

const PAGES: readonly [words: string, address: string][] = [
  ["Home", "/"],
  ["Search messages", "/search/messages"],
  ["Events", "/events"],
  ["Streams", "/streams"],
  ["People", "/users"],
  ["Saved searches", "/searches"],
  ["Highlights", "/highlights"],
  ["Channels side by side", "/side"],
  ["Manage channels", "/channels"],
  ["Settings", "/settings"],
  ["API", "/docs"],
  ["About", "/about"],
];
const MANAGERS_PAGES: readonly [words: string, address: string][] = [
  ["Access tokens", "/tokens"],
  ["Opt-outs", "/opt-outs"],
  ["Audit log", "/audit"],
];

/** Pages of a channel, by the word that asks for them. */
const TABS = ["events", "people", "streams", "stats", "coverage"];
const MANAGERS_TABS = ["retention", "delete"];

/** What is done with a channel: whether it is recorded from then on. */
const VERBS: ReadonlyMap<string, boolean> = new Map([
  ["enable", true],
  ["resume", true],
  ["record", true],
  ["disable", false],
  ["pause", false],
  ["stop", false],
]);

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { q = "" } = readQuery(c, Query);
    const access = c.get("access");
    const words = q.trim().toLowerCase();
    const asked = askedOf(words, mayManage(access));
    const [channels, people, saved] = await site.archive.batch(
      ["searchChannels", asked?.channel ?? words, CHANNELS],
      ["searchUsers", words, words === "" ? 0 : PEOPLE],
      ["savedSearches"],
    );
    const pages = [
      ...PAGES,
      ...isManager(access) ? MANAGERS_PAGES : [],
      ...access === "logged-out" ? [["Log in", "/login"] as const] : [],
    ].filter(([name]) => name.toLowerCase().includes(words));
    const searches = saved.filter(({ name }) => words !== "" && name.toLowerCase().includes(words));
    return c.html(
      <div id="palette-found" role="listbox" aria-label="Found">
        {channels.map((channel) =>
          asked?.enables !== undefined ? <Switch channel={channel} enables={asked.enables} /> : (
            <Entry
              kind="Channel"
              href={`/channels/${channel.id}${asked ? `/${asked.tab}` : ""}`}
              words={asked ? `${channel.login} ${asked.tab}` : channel.login}
              note={count(channel.messages)}
            />
          )
        )}
        {people.map(({ id, displayName, messages }) => (
          <Entry kind="Person" href={`/users/${id}`} words={displayName} note={count(messages)} />
        ))}
        {searches.slice(0, SEARCHES).map(({ name }) => (
          <Entry kind="Saved" href={`/searches/${encodeURIComponent(name)}`} words={name} />
        ))}
        {pages.map(([name, address]) => <Entry kind="Page" href={address} words={name} />)}
        {mayManage(access) && words.startsWith("add ") && <Add name={words.slice(4).trim()} />}
        {words !== "" && <Actions words={words.split(/\s+/)} access={access} />}
        {words !== "" && (
          <Entry
            kind="Search"
            href={`/search/messages?${new URLSearchParams({ q })}`}
            words={`Messages with ${q}`}
          />
        )}
      </div>,
    );
  };
}

/** What `stats lake`, `lake stats` or `pause lake` asks for; undefined for other words. */
function askedOf(words: string, manages: boolean): Asked | undefined {
  const [first, ...others] = words.split(/\s+/);
  const last = others.pop();
  if (last === undefined) return undefined;
  const rest = [...others, last].join(" ");
  const enables = manages ? VERBS.get(first!) : undefined;
  if (enables !== undefined) return { channel: rest, enables };
  const tabs = manages ? [...TABS, ...MANAGERS_TABS] : TABS;
  if (tabs.includes(first!)) return { channel: rest, tab: first! };
  return tabs.includes(last) ? { channel: [first, ...others].join(" "), tab: last } : undefined;
}

type Asked =
  | { channel: string; enables: boolean; tab?: undefined }
  | { channel: string; tab: string; enables?: undefined };

/** Buttons of forms that every page has: another view, and the end of a login. */
function Actions({ words, access }: { words: readonly string[]; access: Access }) {
  const fits = (title: string) => words.every((word) => title.toLowerCase().includes(word));
  const view = currentView();
  return (
    <>
      {choices().flatMap(({ legend, name, options }) =>
        options.filter(([value]) => value !== valueOf(view, name)).map(([value, option]) => {
          const title = `${legend}: ${option}`;
          return fits(title) && <Action form="view" name={name} value={value} title={title} />;
        })
      )}
      {access === "logged-in" && fits("Log out") && <Action form="logout" title="Log out" />}
    </>
  );
}

/** Enables or disables a channel; nothing if it is so already. */
function Switch({ channel, enables }: { channel: Channel; enables: boolean }) {
  if (channel.deleting || channel.enabled === enables) return null;
  return (
    <form method="post" action={`/channels/${channel.id}`}>
      <Action
        name="enabled"
        value={String(enables)}
        title={`${enables ? "Enable" : "Disable"} ${channel.login}`}
      />
    </form>
  );
}

function Add({ name }: { name: string }) {
  return (
    <form method="post" action="/channels">
      <Action name="name" value={name} title={`Add channel ${name}`} />
    </form>
  );
}

interface ActionProps {
  /** The id of its form, if it is not in it. */
  form?: string;
  name?: string;
  value?: string;
  title: string;
}

function Action({ title, ...button }: ActionProps) {
  return (
    <button role="option" aria-selected="false" type="submit" tabindex={-1} {...button}>
      <span class="kind-of">Action</span>
      <span class="text">{title}</span>
    </button>
  );
}

interface EntryProps {
  kind: string;
  href: string;
  words: string;
  note?: string;
}

function Entry({ kind, href, words, note }: EntryProps) {
  return (
    <a role="option" aria-selected="false" href={href} tabindex={-1}>
      <span class="kind-of">{kind}</span>
      <span class="text">{words}</span>
      {note && <span class="rate">{note}</span>}
    </a>
  );
}
