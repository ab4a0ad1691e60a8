/** The calls that the writer's thread answers. Each has the caller's number of an open archive. */
import type { ArchiveWriter, OverflowPosition } from "../../writer.ts";
import type { WriterOptions } from "../file/connection.ts";
import type { ColumnarBatch } from "../messages/batch.ts";
import type { Committed } from "../batch_committer.ts";

/** Methods that run one after the other while the caller waits. */
export type WaitedMethod = Exclude<
  keyof ArchiveWriter,
  symbol | "append" | "appendLater" | "storeCoverageLater" | "settle"
>;

export interface WriterCalls {
  /** Opens or creates an archive. */
  open(archive: number, options: WriterOptions): void;
  /**
   * @param isNext whether the caller has not seen the outcome of the previous batch yet
   * @returns "skipped" if the previous batch failed and `isNext` is set
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
