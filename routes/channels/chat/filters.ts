/** The filters of a channel's page. Each is a search of the channel. */
import type { Context } from "hono";
import type { Channel } from "../../../src/archive/channel.ts";
import { parseSearchText } from "../../../src/search/language/parse.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Node, Search } from "../../../src/search/language/tree.ts";
import { addressOf, areValid, readFields, type ValidFields } from "../../search/query/fields.ts";
import { followChannel, type Followed, followSearch } from "../../shared/followed.tsx";
import type { Env, Site } from "../../site.tsx";

/** The usual filters, in the search language. */
export const FILTERS: readonly { title: string; q: string }[] = [
  { title: "Mods & VIPs", q: "is:mod is:vip is:broadcaster" },
  { title: "First messages", q: "is:first" },
  { title: "Subs & raids", q: "is:sub is:resub is:gift is:raid" },
  { title: "Removed", q: "is:deleted" },
  { title: "Links", q: "has:link" },
];

/** The filter of a channel's page. */
export interface Shown {
  /** The filter as typed, without the channel; empty for everything. */
  q: string;
  followed: Followed;
  fields?: ValidFields;
}

/** The filter of a request; an answer if it has a mistake, which the page of results shows. */
export async function filterOf(site: Site, c: Context<Env>, channel: Channel): Promise<Shown | Response> {
  const q = (c.req.query("q") ?? "").trim();
  if (q === "") return { q, followed: followChannel(channel) };
  // A search that names channels is one of its own.
  if (parseSearchText(q).search.some(isChannel)) {
    return c.redirect(`/search/messages?${new URLSearchParams({ q })}`);
  }
  const fields = await readFields(site, c, { q, channel: channel.login });
  if (!areValid(fields)) {
    return c.redirect(`/search/messages?${new URLSearchParams({ q, channel: channel.login })}`);
  }
  const { search, query } = fields;
  const own = printSearch(search.filter((part) => !isChannel(part)));
  const addressAfter = (id: number) => channelAddress(channel, { q: own, after_id: id });
  return { q: own, followed: followSearch({ search, query, addressAfter }), fields };
}

function isChannel(part: Node): boolean {
  return part.kind === "operator" && part.name === "in";
}

/** The address of a search: the channel's page if it names the channel, else the page of results. */
export function filterAddress(channel: Channel, search: Search): string {
  const own = search.filter((part) => !isChannel(part));
  return own.length === search.length ? addressOf(search) : channelAddress(channel, { q: printSearch(own) });
}

/** The address of a channel's page, or of a part of it. */
export function channelAddress(
  { id }: Pick<Channel, "id">,
  { part = "", ...parameters }: { part?: string; [name: string]: string | number | undefined },
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return `/channels/${id}${part}${query.size > 0 ? `?${query}` : ""}`;
}
