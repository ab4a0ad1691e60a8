/** An event on its way to the store, with the line that it was read from. */
import type { SpoolPosition } from "../archive/archive.ts";
import type { ChatEvent, Received } from "../chat/events.ts";
import { readLine } from "../irc/read.ts";

const CHUNK_BYTES = 64 * 1024;
/** Chunks that wait to be used again. */
const MOST_FREE = 64;
/** Of a character in UTF-8, for each of its code units. */
const MOST_BYTES = 3;

/**
 * Of a row that is under way only the line is kept, as bytes outside of V8's heap, and the event is read again for the few
 * who ask for it then. Thousands of rows wait, and would be copied by each collection of what is new until they are old,
 * and garbage there: to collect that was a sixth of all that the reader did.
 */
export class Row implements Received {
  readonly receivedAt: number;
  /** Where it ends in the spool that it came from. */
  readonly spooled?: SpoolPosition;
  #chunk: Chunk | undefined;
  readonly #from: number;
  readonly #end: number;
  #event: ChatEvent | undefined;

  /** @param event what `readLine` makes of the line */
  constructor(event: ChatEvent, line: string, receivedAt: number, spooled?: SpoolPosition) {
    this.receivedAt = receivedAt;
    this.spooled = spooled;
    this.#event = event;
    const room = line.length * MOST_BYTES;
    if (filling.bytes.length - filling.used < room) filling = nextChunk(room);
    this.#chunk = filling;
    this.#from = filling.used;
    this.#end = filling.used += encoder.encodeInto(line, filling.bytes.subarray(filling.used)).written;
    filling.rows++;
  }

  get line(): string {
    return decoder.decode(this.#chunk!.bytes.subarray(this.#from, this.#end));
  }

  get event(): ChatEvent {
    return this.#event ??= eventOf(this.line);
  }

  /** Keeps the line only. */
  slim(): void {
    this.#event = undefined;
  }

  /** Nobody asks for it any more: where its line is there may be another one from now on. */
  done(): void {
    const chunk = this.#chunk!;
    this.#chunk = this.#event = undefined;
    if (--chunk.rows === 0 && chunk !== filling && free.length < MOST_FREE) free.push(chunk);
  }
}

/**
 * Lines, one after the other. Those whose rows are all done are filled again: what V8 has to count as taken outside of its
 * heap makes it look through all of that, every 8 MB.
 */
interface Chunk {
  bytes: Uint8Array;
  used: number;
  /** How many of its rows are not done. */
  rows: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const free: Chunk[] = [];
let filling = newChunk(CHUNK_BYTES);

function newChunk(bytes: number): Chunk {
  return { bytes: new Uint8Array(bytes), used: 0, rows: 0 };
}

function nextChunk(room: number): Chunk {
  if (room > CHUNK_BYTES) return newChunk(room);
  const chunk = filling.rows === 0 ? filling : free.pop() ?? newChunk(CHUNK_BYTES);
  chunk.used = 0;
  return chunk;
}

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  if (reading.kind !== "chat") throw new Error(`an event was read from it once: ${line}`);
  return reading.event;
}
