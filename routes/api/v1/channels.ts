/** Channels: their state, coverage, streams, statistics and emotes. */
import { createRoute, type RouteHandler, z } from "@hono/zod-openapi";
import { EMOTE_SERVICES } from "../../../src/chat/set_emotes.ts";
import { CoverageJson, coverageJson } from "../../channels/coverage_json.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { channelOf, limit, moment, momentAt, NoQuery, Path, Span, spanOf } from "./parameters.ts";
import { PROBLEMS } from "./problem.ts";
import * as schemas from "./schemas.ts";
import { channelShape, iso, isoIf } from "./shapes.ts";

const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  ...PROBLEMS,
  200: { description, content: { "application/json": { schema } } },
});

export const listRoute = createRoute({
  method: "get",
  path: "/channels",
  tags: ["Channels"],
  summary: "All channels",
  request: { query: NoQuery },
  responses: answer(schemas.Channels, "By login."),
});

export function list(site: Site): RouteHandler<typeof listRoute, Env> {
  return async (c) => c.json({ channels: (await site.channels(c)).map(channelShape) }, 200);
}

export const oneRoute = createRoute({
  method: "get",
  path: "/channels/{channel}",
  tags: ["Channels"],
  summary: "One channel",
  request: { params: Path.channel, query: NoQuery },
  responses: answer(schemas.Channel, "The channel."),
});

export function one(site: Site): RouteHandler<typeof oneRoute, Env> {
  return async (c) => {
    const channel = await channelOf(site, c.req.valid("param").channel);
    return c.json(channelShape({ channel, status: statusOf(channel, site.recorder.status()) }), 200);
  };
}

export const coverageRoute = createRoute({
  method: "get",
  path: "/channels/{channel}/coverage",
  tags: ["Channels"],
  summary: "When it was recorded, and what was missed",
  request: { params: Path.channel, query: Span },
  responses: answer(CoverageJson.openapi("Coverage"), "Intervals of recording, gaps and days."),
});

export function coverage(site: Site): RouteHandler<typeof coverageRoute, Env> {
  return async (c) => {
    const { from, to } = spanOf(c.req.valid("query"), site.now());
    const channel = await channelOf(site, c.req.valid("param").channel);
    const until = Math.min(to, site.now());
    return c.json(coverageJson(channel, await site.archive.coverage(channel.id, from, until), until), 200);
  };
}

export const streamsRoute = createRoute({
  method: "get",
  path: "/channels/{channel}/streams",
  tags: ["Channels"],
  summary: "Times in which people wrote without a pause of more than 30 minutes",
  request: { params: Path.channel, query: Span.extend({ limit }) },
  responses: answer(schemas.Streams, "Newest first."),
});

export function streams(site: Site): RouteHandler<typeof streamsRoute, Env> {
  return async (c) => {
    const { limit, ...span } = c.req.valid("query");
    const { from, to } = spanOf(span, site.now());
    const { id: channelId } = await channelOf(site, c.req.valid("param").channel);
    const sessions = await site.archive.sessions({ channelId, from, to }, limit);
    return c.json({
      streams: sessions.map(({ from, to, messages, busiestAt, busiest }) => ({
        from: iso(from),
        to: iso(to),
        events: messages,
        busiest_at: iso(busiestAt),
        busiest,
      })),
    }, 200);
  };
}

export const statisticsRoute = createRoute({
  method: "get",
  path: "/channels/{channel}/statistics",
  tags: ["Channels"],
  summary: "Messages, people, and who wrote most",
  request: { params: Path.channel, query: Span.extend({ limit }) },
  responses: answer(schemas.Statistics, "Exact for the span from `from` on."),
});

export function statistics(site: Site): RouteHandler<typeof statisticsRoute, Env> {
  return async (c) => {
    const { limit, ...span } = c.req.valid("query");
    const { from, to } = spanOf(span, site.now());
    const { id: channelId } = await channelOf(site, c.req.valid("param").channel);
    const { top, ...chatters } = await site.archive.chatters({ channelId, from, to }, limit);
    return c.json({
      from: iso(chatters.from),
      to: iso(to),
      messages: chatters.messages,
      people: chatters.people,
      top: top.map(({ id, login, displayName, messages }) => ({ id, login, name: displayName, messages })),
    }, 200);
  };
}

export const emotesRoute = createRoute({
  method: "get",
  path: "/channels/{channel}/emotes",
  tags: ["Channels"],
  summary: "The emotes of other services as they were at a moment",
  request: { params: Path.channel, query: z.strictObject({ at: moment.optional() }) },
  responses: answer(schemas.Emotes, `By name. Of emotes with one name, ${EMOTE_SERVICES.join(" before ")}.`),
});

export function emotes(site: Site): RouteHandler<typeof emotesRoute, Env> {
  return async (c) => {
    const at = momentAt("at", c.req.valid("query").at, site.now()) ?? site.now();
    const { id } = await channelOf(site, c.req.valid("param").channel);
    const [own, global] = await site.archive.batch(["setEmotes", id], ["setEmotes", undefined]);
    const all = [
      ...own.map((emote) => ({ emote, isGlobal: false })),
      ...global.map((emote) => ({ emote, isGlobal: true })),
    ];
    return c.json({
      at: iso(at),
      emotes: all.filter(({ emote: { from, until = Infinity } }) => from <= at && at < until)
        .map(({ emote, isGlobal }) => ({
          name: emote.name,
          service: emote.service,
          id: emote.id,
          is_global: isGlobal,
          is_overlay: emote.isOverlay,
          since: emote.from === 0 ? null : iso(emote.from),
          until: isoIf(emote.until) ?? null,
          picture: `/emotes/${emote.service}/${emote.id}/1`,
        }))
        .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    }, 200);
  };
}
