/** An event that waits to be stored, with the line from which it was read. */
import type { OverflowPosition } from "../../archive/writer.ts";
import type { ChatEvent, Received } from "../../chat/events.ts";
import { readLine } from "../../irc/read.ts";
import type { Kept, LineStore } from "./line_store.ts";

export interface RowParts {
  /** What `readLine` made of the line. */
  event: ChatEvent;
  line: string;
  /** Epoch milliseconds. */
  receivedAt: number;
  /** The event is announced after its commit. */
  isWatched?: boolean;
  /** Where the row ends in the overflow file from which it was read. */
  overflowPosition?: OverflowPosition;
}

/**
 * A row whose batch the writer has keeps only its line, as bytes outside of V8's heap: thousands of events that live for a
 * batch cost the reader a sixth of its time in garbage collection. Only a batch that failed reads its events again.
 */
export class Row implements Received {
  readonly receivedAt: number;
  /** Twitch's time of the event, epoch milliseconds. */
  readonly sentAt?: number;
  readonly overflowPosition?: OverflowPosition;
  readonly #lines: LineStore;
  readonly #isWatched: boolean;
  #kept: Kept | undefined;
  #event: ChatEvent | undefined;

  constructor(lines: LineStore, { event, line, receivedAt, isWatched = false, overflowPosition }: RowParts) {
    this.receivedAt = receivedAt;
    this.sentAt = event.sentAt;
    this.overflowPosition = overflowPosition;
    this.#lines = lines;
    this.#isWatched = isWatched;
    this.#kept = lines.keep(line);
    this.#event = event;
  }

  get line(): string {
    return this.#lines.read(this.#kept!);
  }

  get event(): ChatEvent {
    return this.#event ??= eventOf(this.line);
  }

  /** The writer has the event. It is kept only if it will be announced. */
  releaseEvent(): void {
    if (!this.#isWatched) this.#event = undefined;
  }

  /** The row is stored or lost. It must not be used any more. */
  release(): void {
    this.#lines.release(this.#kept!);
    this.#kept = this.#event = undefined;
  }
}

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  if (reading.kind !== "chat") throw new Error(`an event was read from this line before: ${line}`);
  return reading.event;
}
