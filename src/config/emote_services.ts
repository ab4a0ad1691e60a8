/** Parses the setting that names services of emotes. */
import { EMOTE_SERVICES } from "../chat/set_emotes.ts";
import { type ChosenService, PICTURE_SERVICES } from "../emotes/services.ts";
import { isLoopback } from "./address.ts";

/**
 * Parses `bttv, 7tv=https://host`, separated by commas or spaces; `all` is every service. `twitch=https://host` names a
 * mirror of Twitch's pictures. Undefined if an entry is wrong, or a service occurs twice.
 */
export function parseEmoteServices(text: string): ChosenService[] | undefined {
  const chosen = text.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "").map(parseEntry);
  if (!chosen.every((each) => each !== undefined)) return undefined;
  const services = chosen.flat();
  return new Set(services.map(({ service }) => service)).size === services.length ? services : undefined;
}

function parseEntry(entry: string): ChosenService[] | undefined {
  if (entry === "all") return EMOTE_SERVICES.map((service) => ({ service }));
  const [name, mirror, ...more] = entry.split("=");
  const service = PICTURE_SERVICES.find((each) => each === name);
  if (!service || more.length > 0) return undefined;
  if (mirror === undefined) return service === "twitch" ? undefined : [{ service }];
  const origin = originOf(mirror);
  return origin === undefined ? undefined : [{ service, mirror: origin }];
}

/** The origin of an address that has no path or query, and is `https` or on this machine. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.href !== `${url.origin}/`) return undefined;
  const isLocal = url.protocol === "http:" && isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
  return url.protocol === "https:" || isLocal ? url.origin : undefined;
}
