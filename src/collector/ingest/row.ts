/** An event that waits to be stored, with its line. */
import type { OverflowPosition } from "../../archive/writer.ts";
import type { Received } from "../../chat/events.ts";

export interface Row extends Received {
  /** The line that the event was read from. */
  line: string;
  /** For a row from the overflow file: its end there. */
  overflowPosition?: OverflowPosition;
}
