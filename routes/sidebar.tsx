/** The channels at the side of every page, as they are now. */
import type { Handler } from "hono";
import { z } from "zod";
import { Sidebar } from "../components/sidebar.tsx";
import { id, optional, readQuery } from "../src/web/params.ts";
import { type Env, sidebarChannels, type Site } from "./site.tsx";

const Query = z.object({ current: optional(id) });

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { current } = readQuery(c, Query);
    return c.html(<Sidebar channels={sidebarChannels(await site.channels(c))} currentId={current} />);
  };
}
