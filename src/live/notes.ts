/** Notes on the events of a topic for some of its watchers. */
import type { StoredEvent } from "../chat/events.ts";

/**
 * Notes that some watchers of a topic get just before its events. They are made once for all watchers with the same
 * key.
 */
export interface Notes {
  /** Watchers with the same key share them. */
  key: string;
  /** The notes on events, by ascending id; undefined if there are none. */
  render: (events: readonly StoredEvent[]) => Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Returns a function that makes notes on these events, those of each key once.
 *
 * @param onFault called if notes cannot be made: rows without notes are better than none
 */
export function notesOn(events: readonly StoredEvent[], onFault: (error: unknown) => void) {
  const made = new Map<string, Uint8Array<ArrayBuffer> | undefined>();
  return ({ key, render }: Notes): Uint8Array<ArrayBuffer> | undefined => {
    if (made.has(key)) return made.get(key);
    let notes: Uint8Array<ArrayBuffer> | undefined;
    try {
      notes = render(events);
    } catch (error) {
      onFault(error);
    }
    made.set(key, notes);
    return notes;
  };
}
