import type { ChatEvent } from "../../chat/events.ts";
import { UUID_BYTES, writeUuid } from "../../chat/uuid.ts";

/** Maximum number of generations while several connections deliver the same channel: 10 MB. */
const MAX_GENERATIONS = 8;

/**
 * Remembers recent message ids, so that a message that two connections delivered is stored once. The same id in another
 * room is another message. Two generations of a set keep each id for at least `generation` and at most twice as many
 * later ids. While several connections deliver the same channel, one of them may be far behind, and more are kept.
 */
export class Deduplicator {
  readonly #generation: number;
  readonly #areRepeated: () => boolean;
  readonly #key = new Key();
  #young: KeySet;
  /** Newest first. */
  #old: KeySet[] = [];

  /** @param areRepeated whether several connections deliver the same channel now */
  constructor(areRepeated: () => boolean, generation = 50_000) {
    this.#areRepeated = areRepeated;
    this.#generation = generation;
    this.#young = new KeySet(generation);
  }

  /** @param room the channel's login */
  has(text: string, room: string): boolean {
    this.#key.set(text, room);
    return this.#young.has(this.#key) || this.#isOld();
  }

  /** Adds `text`, and returns whether it was seen before in this room. */
  seen(text: string, room: string): boolean {
    this.#key.set(text, room);
    if (this.#isOld() || !this.#young.add(this.#key)) return true;
    if (this.#young.size >= this.#generation) this.#begin();
    return false;
  }

  #isOld(): boolean {
    for (const keys of this.#old) if (keys.has(this.#key)) return true;
    return false;
  }

  /** Begins a generation, and forgets the oldest ones. */
  #begin(): void {
    this.#old.unshift(this.#young);
    const forgotten = this.#old.splice(this.#areRepeated() ? MAX_GENERATIONS - 1 : 1);
    this.#young = forgotten[0] ?? new KeySet(this.#generation);
    this.#young.clear();
  }
}

/** 32-bit words of a UUID, and one more for its room. */
const UUID_WORDS = UUID_BYTES / 4;
const WORDS = UUID_WORDS + 1;

/** The key to look up. One object is reused for all look-ups. */
class Key {
  text = "";
  /** Whether the text is a UUID. Only then `words` and `hash` are set. */
  isUuid = false;
  readonly words = new Int32Array(WORDS);
  hash = 0;
  readonly #bytes = new Uint8Array(this.words.buffer);
  /** A number for each room. */
  readonly #rooms = new Map<string, number>();

  set(text: string, room: string): void {
    this.isUuid = writeUuid(text, this.#bytes, 0);
    if (!this.isUuid) {
      this.text = `${room} ${text}`;
      return;
    }
    let number = this.#rooms.get(room);
    if (number === undefined) this.#rooms.set(room, number = this.#rooms.size);
    this.words[UUID_WORDS] = number;
    this.hash = hashOf(this.words);
  }
}

/**
 * A set of texts that are nearly always UUIDs. It keeps the bytes of UUIDs one after the other, and their numbers in a
 * hash table with open addressing. A set of strings took 2 µs per message, because the strings survived into the old
 * generation of the heap; a table that holds the bytes itself missed the processor's cache at nearly every look-up.
 */
class KeySet {
  readonly #words: Int32Array;
  /** A power of two, at most half used. A slot has a key's number, from 1, and above it those bits of the key's hash. */
  readonly #slots: Int32Array;
  /** The bits of a slot that hold the number. */
  readonly #numberMask: number;
  readonly #others = new Set<string>();
  #uuids = 0;

  /** @param bound maximum number of keys */
  constructor(bound: number) {
    const slots = 2 ** Math.ceil(Math.log2((bound + 1) * 2));
    this.#slots = new Int32Array(slots);
    this.#numberMask = slots - 1;
    this.#words = new Int32Array(bound * WORDS);
  }

  get size(): number {
    return this.#uuids + this.#others.size;
  }

  has(key: Key): boolean {
    return key.isUuid ? this.#slots[this.#find(key)] !== 0 : this.#others.has(key.text);
  }

  /** Returns false if the key was there already. */
  add(key: Key): boolean {
    if (!key.isUuid) return this.#others.size < this.#others.add(key.text).size;
    const slot = this.#find(key);
    if (this.#slots[slot] !== 0) return false;
    this.#words.set(key.words, this.#uuids * WORDS);
    this.#slots[slot] = key.hash & ~this.#numberMask | ++this.#uuids;
    return true;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#others.clear();
    this.#uuids = 0;
  }

  /** The slot of the key, or the free slot for it. */
  #find({ hash, words }: Key): number {
    const slots = this.#slots;
    const mask = this.#numberMask;
    for (let slot = hash & mask;; slot = slot + 1 & mask) {
      const taken = slots[slot]!;
      // Compare the upper bits of the hash first, so that the bytes of other keys are hardly ever read.
      if (taken === 0 || (taken ^ hash) >>> 0 <= mask && this.#isAt((taken & mask) - 1, words)) return slot;
    }
  }

  #isAt(number: number, words: Int32Array): boolean {
    let same = 0;
    while (same < WORDS && this.#words[number * WORDS + same] === words[same]) same++;
    return same === WORDS;
  }
}

/** Spreads ids that differ in few bits, such as UUIDs of version 7, over all slots. */
function hashOf(words: Int32Array): number {
  let hash = 0;
  for (let i = 0; i < WORDS; i++) {
    hash = Math.imul(hash ^ words[i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * The key that two deliveries of an event in a room share: Twitch's id, or for moderation all values of the line;
 * `undefined` if the line has nothing unique. The order of tags is ignored, because it differs between deliveries.
 */
export function dedupeKey(event: ChatEvent, line: string): string | undefined {
  switch (event.kind) {
    case "message":
    case "action":
    case "notice":
      return event.uuid;
    case "timeout":
    case "ban":
    case "clear":
    case "deletion": {
      const { kind, sentAt, author, uuid, tags } = event;
      if (sentAt === undefined) return undefined;
      return `${kind} ${sentAt} ${author?.userId} ${author?.login} ${uuid} ${tags}`;
    }
    case "raw":
      // A line of another command may have the id of the message to which it refers.
      return event.uuid === undefined ? undefined : `raw ${event.uuid} ${line.slice(line.indexOf(" ") + 1)}`;
    default:
      return event.uuid === undefined ? undefined : `${event.kind} ${event.uuid}`;
  }
}

/** Whether {@link dedupeKey} returns a key for an event. */
export function hasDedupeKey({ kind, uuid, sentAt }: ChatEvent): boolean {
  const isModeration = kind === "timeout" || kind === "ban" || kind === "clear" || kind === "deletion";
  return (isModeration ? sentAt : uuid) !== undefined;
}
