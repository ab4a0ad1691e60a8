/**
 * The services of emotes: the addresses of their sets and pictures, and the hosts of these. They need no keys.
 * Twitch's own emotes are in the tags of messages, so Twitch is here only for its pictures.
 */
import type { EmoteService } from "../chat/set_emotes.ts";

/** A service that has pictures of emotes. */
export type PictureService = EmoteService | "twitch";

/** A service that the settings name. */
export interface ChosenService {
  service: PictureService;
  /** The origin (`https://host:port`) of a mirror that serves both sets and pictures. */
  mirror?: string;
}

interface Hosts {
  /** The origin of the sets; Twitch has none. */
  sets?: string;
  pictures: string;
}

const HOSTS: Readonly<Record<PictureService, Hosts>> = {
  ffz: { sets: "https://api.frankerfacez.com", pictures: "https://cdn.frankerfacez.com" },
  bttv: { sets: "https://api.betterttv.net", pictures: "https://cdn.betterttv.net" },
  "7tv": { sets: "https://7tv.io", pictures: "https://cdn.7tv.app" },
  twitch: { pictures: "https://static-cdn.jtvnw.net" },
};

/** The names of the services, for settings and addresses. */
export const PICTURE_SERVICES = Object.keys(HOSTS) as PictureService[];

const GLOBAL_SETS: Readonly<Record<EmoteService, string>> = {
  ffz: "/v1/set/global",
  bttv: "/3/cached/emotes/global",
  "7tv": "/v3/emote-sets/global",
};
const CHANNEL_SETS: Readonly<Record<EmoteService, string>> = {
  ffz: "/v1/room/id/",
  bttv: "/3/cached/users/twitch/",
  "7tv": "/v3/users/twitch/",
};

/** The address of the sets of a channel, by Twitch's id of it, or of the global ones. */
export function setsAddress(service: EmoteService, twitchId: number | undefined, mirror?: string): URL {
  const path = twitchId === undefined ? GLOBAL_SETS[service] : CHANNEL_SETS[service] + twitchId;
  return new URL(path, mirror ?? HOSTS[service].sets);
}

/** Ids of every service look so. */
const ID = /^[\w-]{1,100}$/;
/** Which picture of an emote: its size, once or twice that of a row, and for Twitch the background it is drawn for. */
const VARIANT = /^[12]$/;
const TWITCH_VARIANT = /^(light|dark)-([12])$/;

/** A picture of an emote. */
export interface Picture {
  service: PictureService;
  id: string;
  /** `1` or `2`, the size; of Twitch, `light-1`, `dark-2`, … */
  variant: string;
}

/** The picture that the parts of an address name; undefined if they name none. */
export function parsePicture(service: string, id: string, variant: string): Picture | undefined {
  const known = PICTURE_SERVICES.find((each) => each === service);
  const variants = known === "twitch" ? TWITCH_VARIANT : VARIANT;
  return known && ID.test(id) && variants.test(variant) ? { service: known, id, variant } : undefined;
}

/** The picture's address at its service. */
export function pictureAddress({ service, id, variant }: Picture, mirror?: string): URL {
  return new URL(PATHS[service](id, variant), mirror ?? HOSTS[service].pictures);
}

const PATHS: Readonly<Record<PictureService, (id: string, variant: string) => string>> = {
  ffz: (id, variant) => `/emote/${id}/${variant}`,
  bttv: (id, variant) => `/emote/${id}/${variant}x`,
  "7tv": (id, variant) => `/emote/${id}/${variant}x.webp`,
  twitch(id, variant) {
    const [, theme, size] = TWITCH_VARIANT.exec(variant)!;
    return `/emoticons/v2/${id}/default/${theme}/${size}.0`;
  },
};

/** The origins that a program with these services requests, each once. @param isCaching whether it requests pictures */
export function serviceOrigins(chosen: readonly ChosenService[], isCaching: boolean): string[] {
  const origins = chosen.flatMap(({ service, mirror }) => {
    const { sets, pictures } = HOSTS[service];
    return [mirror ?? sets, isCaching ? mirror ?? pictures : undefined];
  });
  if (isCaching && !chosen.some(({ service }) => service === "twitch")) origins.push(HOSTS.twitch.pictures);
  return [...new Set(origins.filter((origin) => origin !== undefined))];
}

/** The origins from which browsers load pictures that the program does not keep itself, each once. */
export function pictureOrigins(chosen: readonly ChosenService[]): string[] {
  const all = [...chosen, { service: "twitch" } as const];
  return [...new Set(all.map(({ service, mirror }: ChosenService) => mirror ?? HOSTS[service].pictures))];
}
