/** A picture of an emote: from the archive's cache, or else a redirect to the service that has it. */
import type { Context, Handler } from "hono";
import { PictureCache } from "../../src/emotes/picture_cache.ts";
import { type ChosenService, parsePicture, pictureAddress } from "../../src/emotes/services.ts";
import { systemClock } from "../../src/clock.ts";
import type { Env, Site } from "../site.tsx";

/** An emote's picture never changes: a changed emote has another id. */
const FOREVER = "public, max-age=31536000, immutable";
const REDIRECTED = "public, max-age=86400";

export function show(site: Site): Handler<Env> {
  const { emoteServices = [], emoteCacheBytes = 0 } = site.config;
  const cache = emoteCacheBytes > 0 ? createCache(site, emoteServices, emoteCacheBytes) : undefined;
  return async (c) => {
    const { service = "", id = "", variant = "" } = c.req.param() as Record<string, string>;
    const picture = parsePicture(service, id, variant);
    const chosen = emoteServices.find((each) => each.service === picture?.service);
    if (!picture || !chosen && picture.service !== "twitch") {
      return noPicture(c, 404, "There is no picture at this address.");
    }
    if (!cache) {
      c.header("Cache-Control", REDIRECTED);
      return c.redirect(pictureAddress(picture, chosen?.mirror).href, 302);
    }
    const answer = await cache.picture(picture);
    if (answer === "missing") return noPicture(c, 404, "The service has no such picture.");
    if (answer === "busy") return noPicture(c, 503, "The service of this picture does not answer now.");
    return served(c, answer);
  };
}

/** A text instead of a page, because a page can have hundreds of pictures. */
function noPicture(c: Context<Env>, status: 404 | 503, text: string) {
  return c.text(`${text}\n`, status, { "Cache-Control": `public, max-age=${RETRY_S[status]}` });
}

/** Browsers show the emote's name, and request the picture again after these seconds. */
const RETRY_S = { 404: 3_600, 503: 60 };

function served(
  c: Context<Env>,
  { type, bytes, hash }: { type: string; bytes: Uint8Array<ArrayBuffer>; hash: string },
) {
  const etag = `"${hash.slice(0, 32)}"`;
  const headers = { "Content-Type": type, "Cache-Control": FOREVER, "ETag": etag };
  if (c.req.header("If-None-Match") === etag) return c.body(null, 304, headers);
  return c.body(bytes, 200, headers);
}

function createCache(site: Site, services: readonly ChosenService[], maxBytes: number): PictureCache {
  const { archive, recorder, log, now, clock = systemClock } = site;
  return new PictureCache({
    maxBytes,
    services,
    load: (name) => archive.picture(name),
    store: (picture) => recorder.change({ kind: "store picture", picture }),
    onStoreFailure: (error) => log.error("cannot store a picture: {error}", { error }),
    now,
    clock,
  });
}
