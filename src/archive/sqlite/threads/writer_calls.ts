/** What the writer's thread answers. Each call names one of the archives that it has open, by the caller's number. */
import type { ArchiveWriter, OverflowPosition } from "../../writer.ts";
import type { WriterOptions } from "../file/connection.ts";
import type { ColumnarBatch } from "../messages/batch.ts";
import type { Committed } from "../batch_committer.ts";

/** Done as they are, one after the other, while the caller waits. */
export type WaitedMethod = Exclude<
  keyof ArchiveWriter,
  symbol | "append" | "appendLater" | "storeCoverageLater" | "settle"
>;

export interface WriterCalls {
  /** Opens or creates an archive. */
  open(archive: number, options: WriterOptions): void;
  /**
   * @param isNext the answer to the batch before has not been seen
   * @returns "skipped" where that one failed
   */
  commit(
    archive: number,
    isNext: boolean,
    batch: ColumnarBatch,
    announce: ReadonlySet<number>,
    overflow: OverflowPosition | undefined,
  ): Committed | "skipped";
  run(archive: number, method: WaitedMethod, args: readonly unknown[]): unknown;
  close(archive: number): void;
}
