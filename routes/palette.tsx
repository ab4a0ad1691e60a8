/** What the palette offers for a text: channels, people, pages and searches. */
import type { Handler } from "hono";
import { z } from "zod";
import { optional, readQuery, text } from "../src/web/params.ts";
import { count } from "../components/numbers.ts";
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
    const words = q.trim().toLowerCase();
    const [channels, people] = await site.archive.batch(
      ["searchChannels", words, CHANNELS],
      ["searchUsers", words, words === "" ? 0 : PEOPLE],
    );
    const pages = PAGES.filter(([name]) => name.toLowerCase().includes(words));
    return c.html(
      <div id="palette-found" role="listbox" aria-label="Found">
        {channels.map(({ id, login, messages }) => (
          <Entry kind="Channel" href={`/channels/${id}`} words={login} note={count(messages)} />
        ))}
        {people.map(({ id, displayName, messages }) => (
          <Entry kind="Person" href={`/users/${id}`} words={displayName} note={count(messages)} />
        ))}
        {pages.map(([name, address]) => <Entry kind="Page" href={address} words={name} />)}
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
