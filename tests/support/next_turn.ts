import { setTimeout } from "node:timers/promises";

/** Resolves in a later turn of the event loop: all that was ready to run before has run. */
export const nextTurn = (): Promise<void> => setTimeout(0);
