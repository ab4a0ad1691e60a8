import type { ChatEvent } from "../chat/events.ts";
import { UUID_BYTES, writeUuid } from "../chat/uuid.ts";

/**
 * Remembers the last message ids, so that a message that two connections delivered is stored once. Two generations
 * of a set: what was seen last stays known for at least `generation` and at most twice as many ids.
 */
export class Doubles {
  readonly #generation: number;
  #young: KeySet;
  #old: KeySet;

  constructor(generation = 50_000) {
    this.#generation = generation;
    this.#young = new KeySet(generation);
    this.#old = new KeySet(generation);
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** Whether `key` was seen before; from now on it was. */
  seen(key: string): boolean {
    if (this.#old.has(key) || !this.#young.add(key)) return true;
    if (this.#young.size >= this.#generation) {
      [this.#old, this.#young] = [this.#young, this.#old];
      this.#young.clear();
    }
    return false;
  }
}

/** 32-bit words of a UUID. */
const WORDS = UUID_BYTES / 4;

/**
 * A set of texts that are nearly always UUIDs: of those it has the bytes, in a hash table with open addressing. As
 * strings they outlived every collection of what is new, and looking them up took the reader 2 µs a message.
 */
class KeySet {
  /** Slots, a power of two: at most half of them are taken. Where all words are 0 there is nothing. */
  readonly #slots: number;
  readonly #words: Int32Array;
  readonly #others = new Set<string>();
  readonly #key = new Int32Array(WORDS);
  readonly #keyBytes = new Uint8Array(this.#key.buffer);
  #uuids = 0;

  /** @param bound keys that it may hold at most */
  constructor(bound: number) {
    this.#slots = 2 ** Math.ceil(Math.log2(bound * 2));
    this.#words = new Int32Array(this.#slots * WORDS);
  }

  get size(): number {
    return this.#uuids + this.#others.size;
  }

  has(key: string): boolean {
    return this.#read(key) ? isAny(this.#words, this.#find()) : this.#others.has(key);
  }

  /** False where it was there already. */
  add(key: string): boolean {
    if (!this.#read(key)) return this.#others.size < this.#others.add(key).size;
    const at = this.#find();
    if (isAny(this.#words, at)) return false;
    this.#words.set(this.#key, at);
    this.#uuids++;
    return true;
  }

  clear(): void {
    this.#words.fill(0);
    this.#others.clear();
    this.#uuids = 0;
  }

  /** Makes a UUID the key that is looked for; false for any other text, and for the one that reads as nothing. */
  #read(key: string): boolean {
    if (!writeUuid(key, this.#keyBytes, 0)) return false;
    return isAny(this.#key, 0);
  }

  /** Where in the words the key stands, or would. */
  #find(): number {
    const [words, key] = [this.#words, this.#key];
    for (let slot = hashOf(key);; slot++) {
      const at = (slot & this.#slots - 1) * WORDS;
      if (!isAny(words, at)) return at;
      let same = 0;
      while (same < WORDS && words[at + same] === key[same]) same++;
      if (same === WORDS) return at;
    }
  }
}

/** Whether there is a key. */
function isAny(words: Int32Array, at: number): boolean {
  return (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) !== 0;
}

/** Spreads ids that differ in few bits, as those of version 7 do, over all slots. */
function hashOf(key: Int32Array): number {
  let hash = 0;
  for (let i = 0; i < WORDS; i++) {
    hash = Math.imul(hash ^ key[i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** What makes two deliveries the same message; `undefined` for lines that carry nothing unique. */
export function doubleKey(event: ChatEvent, line: string): string | undefined {
  switch (event.kind) {
    case "message":
    case "action":
    case "notice":
      return event.uuid;
    case "timeout":
    case "ban":
    case "clear":
    case "deletion":
      return event.sentAt === undefined ? undefined : line;
    default:
      return undefined;
  }
}
