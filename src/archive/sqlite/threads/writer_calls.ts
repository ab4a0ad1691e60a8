/** What goes to the writer's thread, and what comes back. */
import type { ArchiveWriter, OverflowPosition } from "../../archive.ts";
import type { WriterOptions } from "../file/connection.ts";
import type { ColumnarBatch } from "../messages/batch.ts";
import type { EncodedError } from "../../../rpc/error_codec.ts";

/** Done as they are, one after the other, while the caller waits. */
export type WaitedMethod = Exclude<
  keyof ArchiveWriter,
  symbol | "append" | "appendLater" | "listenLater" | "settle"
>;

/** `isNext`: the answer to the batch before has not been seen. Where that one failed, this one is skipped. */
export type WriterCall =
  | { method: "open"; args: [WriterOptions] }
  | {
    method: "commit";
    args: [ColumnarBatch, ReadonlySet<number>, OverflowPosition | undefined];
    isNext: boolean;
  }
  | { [M in WaitedMethod]: { method: M; args: Parameters<ArchiveWriter[M]> } }[WaitedMethod]
  | { method: "close"; args: [] };

export type WriterAnswer =
  | { ok: true; value: unknown }
  | { ok: false; error: EncodedError }
  | { ok: false; skipped: true };

/** A call goes to one of the archives that the thread has open. */
export type WriterRequest = WriterCall & { archive: number };

/** What leads from one thread to another: both ends get one, and the memory is the same. */
export interface WriterLink {
  /** Calls go one way, in their order, and an answer to each comes back. */
  port: MessagePort;
  /** Says no more than that there are answers. */
  wakeup: MessagePort;
  /** Counts the answers: who waits for one without an event loop waits for this to change. */
  answers: SharedArrayBuffer;
}
