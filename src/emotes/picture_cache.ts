/**
 * Pictures of emotes, kept in the archive: a picture is requested from its service once. Readers' browsers do not contact
 * the services, and pictures stay when a service ends.
 */
import type { NewPicture, StoredPicture } from "../archive/emotes.ts";
import { type Clock, HOUR_MS } from "../clock.ts";
import { request, RequestError } from "../http_client.ts";
import { type ChosenService, type Picture, pictureAddress } from "./services.ts";

export interface PictureCacheOptions {
  /** The bound of all pictures in bytes. */
  maxBytes: number;
  services: readonly ChosenService[];
  load: (name: string) => Promise<StoredPicture | undefined>;
  store: (picture: NewPicture) => Promise<unknown>;
  /** Called if a picture cannot be stored. It is shown nevertheless. */
  onStoreFailure: (error: unknown) => void;
  /** Epoch milliseconds. */
  now: () => number;
  clock: Clock;
  timeoutMs?: number;
}

/** Whether there is a picture, and if not, why: `busy` if a later request may find it. */
export type PictureAnswer = StoredPicture | "missing" | "busy";

const TIMEOUT_MS = 10_000;
/** An animated emote of twice the size may have some 100 kB. */
const MAX_PICTURE_BYTES = 2_000_000;
/** Requests at the same time; of a page with hundreds of new emotes, the others wait. */
const MAX_REQUESTS = 8;
const MAX_WAITING = 500;
/** A picture that its service does not have is requested again after this. */
const MISSING_MS = HOUR_MS;
const MAX_MISSING = 10_000;
/** The names of used pictures that are kept until the next picture is stored. */
const MAX_USED = 5_000;

export class PictureCache implements Disposable {
  readonly #options: PictureCacheOptions;
  /** Requests by name, so that each picture is requested once. */
  readonly #pending = new Map<string, Promise<PictureAnswer>>();
  /** When pictures were found to be missing, monotonic. */
  readonly #missing = new Map<string, number>();
  #used = new Set<string>();
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: PictureCacheOptions) {
    this.#options = options;
  }

  /** The picture from the archive, or else from its service. */
  async picture(picture: Picture): Promise<PictureAnswer> {
    const name = nameOf(picture);
    const stored = await this.#options.load(name);
    if (stored) {
      if (this.#used.size < MAX_USED) this.#used.add(name);
      return stored;
    }
    const missingAt = this.#missing.get(name);
    if (missingAt !== undefined && this.#now() - missingAt < MISSING_MS) return "missing";
    let pending = this.#pending.get(name);
    if (!pending) {
      pending = this.#request(picture, name).finally(() => this.#pending.delete(name));
      this.#pending.set(name, pending);
    }
    return await pending;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #request(picture: Picture, name: string): Promise<PictureAnswer> {
    if (!await this.#takeTurn()) return "busy";
    try {
      const { services, timeoutMs = TIMEOUT_MS } = this.#options;
      const mirror = services.find(({ service }) => service === picture.service)?.mirror;
      const { status, body } = await request(pictureAddress(picture, mirror), {
        accept: "image/webp, image/*",
        timeoutMs,
        maxBytes: MAX_PICTURE_BYTES,
        signal: this.#stop.signal,
      });
      const type = status === 200 ? typeOf(body) : undefined;
      if (type === undefined) return this.#noteMissing(name);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex();
      const found = { type, bytes: body, hash };
      await this.#store(name, found);
      return found;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return error.isPassing ? "busy" : this.#noteMissing(name);
    } finally {
      this.#endTurn();
    }
  }

  async #store(name: string, picture: StoredPicture): Promise<void> {
    const { store, onStoreFailure, maxBytes, now } = this.#options;
    const used = [...this.#used];
    this.#used = new Set();
    try {
      await store({ ...picture, name, at: now(), maxBytes, used });
    } catch (error) {
      onStoreFailure(error);
    }
  }

  #noteMissing(name: string): "missing" {
    if (this.#missing.size >= MAX_MISSING) this.#missing.clear();
    this.#missing.set(name, this.#now());
    return "missing";
  }

  /** Resolves to false if too many wait. */
  #takeTurn(): Promise<boolean> | boolean {
    if (this.#running < MAX_REQUESTS) {
      this.#running++;
      return true;
    }
    if (this.#waiting.length >= MAX_WAITING) return false;
    return new Promise((resolve) => this.#waiting.push(() => resolve(true)));
  }

  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }

  #now(): number {
    return this.#options.clock.monotonicMs();
  }
}

function nameOf({ service, id, variant }: Picture): string {
  return `${service}/${id}/${variant}`;
}

/**
 * The media type of a picture by its first bytes; undefined if it is none that may be served. What a service says is not
 * believed, and SVG can contain scripts.
 */
function typeOf(bytes: Uint8Array): string | undefined {
  const begins = (at: number, ...expected: readonly (number | string)[]) =>
    expected.flatMap((each) => typeof each === "number" ? [each] : [...each].map((c) => c.charCodeAt(0)))
      .every((byte, i) => bytes[at + i] === byte);
  if (begins(0, 0x89, "PNG\r\n", 0x1a, "\n")) return "image/png";
  if (begins(0, "GIF8")) return "image/gif";
  if (begins(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (begins(0, "RIFF") && begins(8, "WEBP")) return "image/webp";
  if (begins(4, "ftypavif") || begins(4, "ftypavis")) return "image/avif";
  return undefined;
}
