import type { ChatEvent } from "../../chat/events.ts";
import { UUID_BYTES, writeUuid } from "../../chat/uuid.ts";

/**
 * Remembers the last message ids, so that a message that two connections delivered is stored once. An id counts within
 * its room: in another room it is another message. Two generations of a set: what was seen last stays known for at least
 * `generation` and at most twice as many ids.
 */
export class Deduplicator {
  readonly #generation: number;
  readonly #key = new Key();
  #young: KeySet;
  #old: KeySet;

  constructor(generation = 50_000) {
    this.#generation = generation;
    this.#young = new KeySet(generation);
    this.#old = new KeySet(generation);
  }

  /** @param room the channel's login */
  has(text: string, room: string): boolean {
    this.#key.read(text, room);
    return this.#young.has(this.#key) || this.#old.has(this.#key);
  }

  /** Whether `text` was seen before in this room; from now on it was. */
  seen(text: string, room: string): boolean {
    this.#key.read(text, room);
    if (this.#old.has(this.#key) || !this.#young.add(this.#key)) return true;
    if (this.#young.size >= this.#generation) {
      [this.#old, this.#young] = [this.#young, this.#old];
      this.#young.clear();
    }
    return false;
  }
}

/** 32-bit words of a UUID, and one for its room. */
const UUID_WORDS = UUID_BYTES / 4;
const WORDS = UUID_WORDS + 1;

/** A text that is looked for, as a set wants it. */
class Key {
  text = "";
  /** Whether the text is a UUID: only then it has words and a hash. */
  isUuid = false;
  readonly words = new Int32Array(WORDS);
  hash = 0;
  readonly #bytes = new Uint8Array(this.words.buffer);
  /** A number for each room. */
  readonly #rooms = new Map<string, number>();

  read(text: string, room: string): void {
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
 * A set of texts that are nearly always UUIDs: of those it has the bytes, one after the other, and a hash table with open
 * addressing that says where. As strings they outlived every collection of what is new, and looking them up took the
 * reader 2 µs a message; with the bytes in the table itself nearly every look missed the processor's cache.
 */
class KeySet {
  readonly #words: Int32Array;
  /** At most half of them, a power of two, are taken: by a key's number from 1, and above it the same bits of its hash. */
  readonly #slots: Int32Array;
  /** The bits of a slot that are the number. */
  readonly #numberMask: number;
  readonly #others = new Set<string>();
  #uuids = 0;

  /** @param bound keys that it may hold at most */
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

  /** False where it was there already. */
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

  /** The slot that the key has, or would. */
  #find({ hash, words }: Key): number {
    const slots = this.#slots;
    const mask = this.#numberMask;
    for (let slot = hash & mask;; slot = slot + 1 & mask) {
      const taken = slots[slot]!;
      // Others have the same upper bits by chance only: what is not the key is hardly ever looked at.
      if (taken === 0 || (taken ^ hash) >>> 0 <= mask && this.#isAt((taken & mask) - 1, words)) return slot;
    }
  }

  #isAt(number: number, words: Int32Array): boolean {
    let same = 0;
    while (same < WORDS && this.#words[number * WORDS + same] === words[same]) same++;
    return same === WORDS;
  }
}

/** Spreads ids that differ in few bits, as those of version 7 do, over all slots. */
function hashOf(words: Int32Array): number {
  let hash = 0;
  for (let i = 0; i < WORDS; i++) {
    hash = Math.imul(hash ^ words[i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * What makes two deliveries within a room the same: Twitch's id, or for moderation everything that the line says;
 * undefined for lines that carry nothing unique. The order of the tags differs between deliveries, so that it does not
 * count.
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
      // Another command may carry the id of a message that it is about.
      return event.uuid === undefined ? undefined : `raw ${event.uuid} ${line.slice(line.indexOf(" ") + 1)}`;
    default:
      return event.uuid === undefined ? undefined : `${event.kind} ${event.uuid}`;
  }
}

/** Whether {@link dedupeKey} has a key for an event: events without one are taken from one connection alone. */
export function hasDoubleKey({ kind, uuid, sentAt }: ChatEvent): boolean {
  const isModeration = kind === "timeout" || kind === "ban" || kind === "clear" || kind === "deletion";
  return (isModeration ? sentAt : uuid) !== undefined;
}
