/** The palette's entries for a text: channels, people, pages, actions and a search. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../src/archive/channel.ts";
import { type Access, mayManage } from "../src/web/access/access.ts";
import { optional, readQuery, text } from "../src/web/params.ts";
import { count } from "../components/numbers.ts";
import { CHOICES, valueOf } from "../components/page/view_menu.tsx";
import { currentView } from "../components/view.ts";
import type { Env, Site } from "./site.tsx";

const Query = z.object({ q: optional(text) });
const CHANNELS = 6;
const PEOPLE = 5;

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
  ["About", "/about"],
];

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { q = "" } = readQuery(c, Query);
    const access = c.get("access");
    const words = q.trim().toLowerCase();
    const [, verb, named] = /^(enable|disable) +(.*)$/.exec(mayManage(access) ? words : "") ?? [];
    const [channels, people] = await site.archive.batch(
      ["searchChannels", named ?? words, CHANNELS],
      ["searchUsers", words, words === "" ? 0 : PEOPLE],
    );
    const pages = [...PAGES, ...access === "logged-out" ? [["Log in", "/login"] as const] : []]
      .filter(([name]) => name.toLowerCase().includes(words));
    return c.html(
      <div id="palette-found" role="listbox" aria-label="Found">
        {channels.map((channel) =>
          verb === undefined
            ? (
              <Entry
                kind="Channel"
                href={`/channels/${channel.id}`}
                words={channel.login}
                note={count(channel.messages)}
              />
            )
            : <Switch channel={channel} enables={verb === "enable"} />
        )}
        {people.map(({ id, displayName, messages }) => (
          <Entry kind="Person" href={`/users/${id}`} words={displayName} note={count(messages)} />
        ))}
        {pages.map(([name, address]) => <Entry kind="Page" href={address} words={name} />)}
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

/** Buttons of forms that every page has: another view, and the end of a login. */
function Actions({ words, access }: { words: readonly string[]; access: Access }) {
  const fits = (title: string) => words.every((word) => title.toLowerCase().includes(word));
  const view = currentView();
  return (
    <>
      {CHOICES.flatMap(({ legend, name, options }) =>
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
