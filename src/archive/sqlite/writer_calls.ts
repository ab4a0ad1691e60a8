/** What goes to the writer's thread, and what comes back. */
import type { ArchiveWriter, SpoolPosition } from "../archive.ts";
import type { WriterOptions } from "./connection.ts";
import type { PackedBatch } from "./packed.ts";

/** Done as they are, one after the other, while the caller waits. */
export type WaitedMethod = Exclude<keyof ArchiveWriter, symbol | "append" | "appendLater" | "settle">;

/** `isNext`: the answer to the batch before has not been seen. Where that one failed, this one is skipped. */
export type WriterCall =
  | { method: "open"; args: [WriterOptions] }
  | { method: "commit"; args: [PackedBatch, ReadonlySet<number>, SpoolPosition | undefined]; isNext: boolean }
  | { [M in WaitedMethod]: { method: M; args: Parameters<ArchiveWriter[M]> } }[WaitedMethod]
  | { method: "close"; args: [] };

export type WriterAnswer =
  | { ok: true; value: unknown }
  // The name apart, because errors lose it on the way between threads.
  | { ok: false; error: unknown; name: string }
  | { ok: false; skipped: true };

/** The first message to the thread. */
export interface WriterSetup {
  /** Calls come in, one at a time in their order, and an answer to each goes out. */
  port: MessagePort;
  /** Counts the answers: who waits for one without an event loop waits for this to change. */
  answers: SharedArrayBuffer;
}
