/** A stand-in for the three services of emotes and for Twitch's pictures, over HTTP on loopback. */
import { setTimeout } from "node:timers/promises";
import type { EmoteService, SetEmote } from "../../src/chat/set_emotes.ts";
import type { ChosenService } from "../../src/emotes/services.ts";

/** An emote as a test says it. */
export interface StandInEmote {
  id: string;
  name: string;
  isOverlay?: boolean;
  /** Default: 28 by 28. */
  width?: number;
  /** For 7TV. */
  addedAt?: number;
}

export interface ServiceFaults {
  delayMs?: number;
  status?: number;
  body?: string;
}

export interface EmoteServices extends AsyncDisposable {
  /** All three, and Twitch's pictures, with this stand-in as their mirror. */
  chosen: ChosenService[];
  origin: string;
  /** By service: the global sets. */
  global: Record<EmoteService, StandInEmote[]>;
  /** By service and Twitch's id of the channel; other channels are unknown to the service. */
  channels: Record<EmoteService, Record<number, StandInEmote[]>>;
  /** By path: the bytes of pictures. */
  pictures: Map<string, Uint8Array<ArrayBuffer>>;
  faults: Partial<Record<EmoteService | "pictures", ServiceFaults>>;
  /** Paths in the order of the requests. */
  asked: string[];
}

/** An emote of 7TV, valid as far back as is known. */
export function emote(name: string, more: Partial<SetEmote & { addedAt: number }> = {}) {
  return { service: "7tv" as EmoteService, id: `id-${name}`, name, isOverlay: false, ratio: 1, ...more };
}

/** A PNG of one transparent pixel. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
) as Uint8Array<ArrayBuffer>;

export function startEmoteServices(): EmoteServices {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    services.asked.push(pathname);
    const route = ROUTES.find(({ path }) => pathname.startsWith(path));
    const { delayMs, status, body } = services.faults[route?.service ?? "pictures"] ?? {};
    if (delayMs !== undefined) await setTimeout(delayMs);
    if (status !== undefined) return new Response("no", { status });
    if (body !== undefined) return new Response(body);
    if (!route) {
      const picture = services.pictures.get(pathname);
      return picture ? new Response(picture) : new Response("none", { status: 404 });
    }
    const twitchId = route.isGlobal ? undefined : Number(pathname.slice(route.path.length));
    const emotes = twitchId === undefined
      ? services.global[route.service]
      : services.channels[route.service][twitchId];
    if (!emotes) return Response.json({ message: "unknown" }, { status: 404 });
    return Response.json(FORMS[route.service](emotes, twitchId === undefined));
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const services: EmoteServices = {
    chosen: (["ffz", "bttv", "7tv", "twitch"] as const).map((service) => ({ service, mirror: origin })),
    origin,
    global: { ffz: [], bttv: [], "7tv": [] },
    channels: { ffz: {}, bttv: {}, "7tv": {} },
    pictures: new Map(),
    faults: {},
    asked: [],
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return services;
}

const ROUTES: { path: string; service: EmoteService; isGlobal: boolean }[] = [
  { path: "/v1/set/global", service: "ffz", isGlobal: true },
  { path: "/v1/room/id/", service: "ffz", isGlobal: false },
  { path: "/3/cached/emotes/global", service: "bttv", isGlobal: true },
  { path: "/3/cached/users/twitch/", service: "bttv", isGlobal: false },
  { path: "/v3/emote-sets/global", service: "7tv", isGlobal: true },
  { path: "/v3/users/twitch/", service: "7tv", isGlobal: false },
];

/** The answers as the services send them, with fields that nothing needs. */
const FORMS: Record<EmoteService, (emotes: StandInEmote[], isGlobal: boolean) => unknown> = {
  bttv(emotes, isGlobal) {
    const all = emotes.map(({ id, name, width }) => ({
      id,
      code: name,
      imageType: "png",
      animated: false,
      userId: "1",
      ...width === undefined ? {} : { width, height: 28 },
    }));
    return isGlobal
      ? all
      : { id: "5", bots: [], avatar: "a", channelEmotes: all.slice(0, 1), sharedEmotes: all.slice(1) };
  },
  ffz(emotes, isGlobal) {
    const emoticons = emotes.map(({ id, name, width = 28, isOverlay = false }) => ({
      id: Number(id),
      name,
      width,
      height: 28,
      modifier: isOverlay,
      modifier_flags: 0,
      urls: { 1: `https://cdn.example/emote/${id}/1` },
    }));
    const hidden = { id: 9, name: "onlyForSome", width: 28, height: 28, modifier: false, modifier_flags: 0 };
    return isGlobal
      ? { default_sets: [3], sets: { 3: { emoticons }, 4: { emoticons: [hidden] } }, users: {} }
      : { room: { _id: 1, set: 7 }, sets: { 7: { emoticons } } };
  },
  "7tv"(emotes, isGlobal) {
    const set = {
      id: "01SET",
      name: "set",
      emotes: emotes.map(({ id, name, isOverlay = false, width = 32, addedAt }) => ({
        id,
        name,
        flags: isOverlay ? 1 : 0,
        timestamp: addedAt,
        data: {
          id,
          name,
          flags: 0,
          animated: true,
          host: {
            url: `//cdn.example/emote/${id}`,
            files: [{ name: "1x.avif", width, height: 32 }, { name: "1x.webp", width, height: 32 }],
          },
        },
      })),
    };
    return isGlobal ? set : { id: "5", platform: "TWITCH", emote_set: set };
  },
};
