import { setTimeout } from "node:timers/promises";

/** Resolves in a later turn of the event loop, after everything that was ready to run. */
export const nextTurn = (): Promise<void> => setTimeout(0);
