/** An event on its way to the store, with the line that it was read from. */
import type { OverflowPosition } from "../../archive/writer.ts";
import type { ChatEvent, Received } from "../../chat/events.ts";
import { readLine } from "../../irc/read.ts";
import type { Kept, LineStore } from "./line_store.ts";

export interface RowParts {
  /** What `readLine` makes of the line. */
  event: ChatEvent;
  line: string;
  receivedAt: number;
  /** Where it ends in the overflow file that it came from. */
  overflowPosition?: OverflowPosition;
}

/**
 * Of a row that is under way only the line is kept, as bytes, and the event is read again for the few who ask for it then.
 * Thousands of rows wait, and would be copied by each collection of what is new until they are old, and garbage there: to
 * collect that was a sixth of all that the reader did.
 */
export class Row implements Received {
  readonly receivedAt: number;
  readonly overflowPosition?: OverflowPosition;
  readonly #lines: LineStore;
  #kept: Kept | undefined;
  #event: ChatEvent | undefined;

  constructor(lines: LineStore, { event, line, receivedAt, overflowPosition }: RowParts) {
    this.receivedAt = receivedAt;
    this.overflowPosition = overflowPosition;
    this.#lines = lines;
    this.#kept = lines.keep(line);
    this.#event = event;
  }

  get line(): string {
    return this.#lines.read(this.#kept!);
  }

  get event(): ChatEvent {
    return this.#event ??= eventOf(this.line);
  }

  /** Keeps the line only. */
  releaseEvent(): void {
    this.#event = undefined;
  }

  /** Nobody asks for it any more. */
  release(): void {
    this.#lines.release(this.#kept!);
    this.#kept = this.#event = undefined;
  }
}

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  if (reading.kind !== "chat") throw new Error(`an event was read from it once: ${line}`);
  return reading.event;
}
