/** The list of channels at the side of every page: its changes, or all of it. */
import type { Handler } from "hono";
import { z } from "zod";
import { Update } from "../../components/list_updates.tsx";
import { ChannelGroups, SidebarChanges } from "../../components/page/sidebar.tsx";
import { id, optional, readQuery } from "../../src/web/params.ts";
import type { Env, Site } from "../site.tsx";

const Query = z.object({ current: optional(id), since: optional(z.string()) });

/** 204 if nothing changed. */
export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { current, since } = readQuery(c, Query);
    const sidebar = await site.sidebar(c, current);
    if (since === undefined) return c.html(<ChannelGroups {...sidebar} />);
    const changes = site.changes.sidebar.since(since);
    if (!changes) return c.html(<Update id="channel-groups" html={String(<ChannelGroups {...sidebar} />)} />);
    if (changes.rows.length === 0) return c.body(null, 204);
    return c.html(<SidebarChanges {...sidebar} {...changes} />);
  };
}
