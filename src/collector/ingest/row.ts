/** An event that waits to be stored, with its line. */
import type { OverflowPosition } from "../../archive/writer.ts";
import type { ChatEvent, Received } from "../../chat/events.ts";
import { readLine } from "../../irc/read.ts";
import type { LineRef, LineStore } from "./line_store.ts";

export interface RowParts {
  /** The result of `readLine` for the line. */
  event: ChatEvent;
  line: string;
  /** Epoch milliseconds. */
  receivedAt: number;
  /** Whether the event is announced after its commit. */
  isWatched?: boolean;
  /** For a row from the overflow file: its end there. */
  overflowPosition?: OverflowPosition;
}

/**
 * After its batch was handed over, a row keeps only its line, as bytes outside V8's heap: keeping thousands of events
 * during a commit took a sixth of the reader's time in garbage collection. If the batch fails, the line is parsed again.
 */
export class Row implements Received {
  readonly receivedAt: number;
  /** When Twitch sent the event, epoch milliseconds. */
  readonly sentAt?: number;
  readonly overflowPosition?: OverflowPosition;
  readonly #lines: LineStore;
  readonly #isWatched: boolean;
  #ref: LineRef | undefined;
  #event: ChatEvent | undefined;

  constructor(lines: LineStore, { event, line, receivedAt, isWatched = false, overflowPosition }: RowParts) {
    this.receivedAt = receivedAt;
    this.sentAt = event.sentAt;
    this.overflowPosition = overflowPosition;
    this.#lines = lines;
    this.#isWatched = isWatched;
    this.#ref = lines.add(line);
    this.#event = event;
  }

  get line(): string {
    return this.#lines.read(this.#ref!);
  }

  get event(): ChatEvent {
    return this.#event ??= eventOf(this.line);
  }

  /** Called after the writer took the event. Keeps it only if it will be announced. */
  releaseEvent(): void {
    if (!this.#isWatched) this.#event = undefined;
  }

  /** Frees the row after it was stored or lost. It must not be used any more. */
  release(): void {
    this.#lines.release(this.#ref!);
    this.#ref = this.#event = undefined;
  }
}

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  if (reading.kind !== "chat") throw new Error(`an event was read from this line before: ${line}`);
  return reading.event;
}
