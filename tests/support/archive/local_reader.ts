/** A reader on the caller's own thread. */
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { NO_DEADLINE } from "../../../src/archive/sqlite/search/deadline.ts";
import { SqliteReader } from "../../../src/archive/sqlite/reader.ts";
import { callReader, type ReaderCall, readerOf } from "../../../src/archive/sqlite/threads/reader_calls.ts";
import { ReaderFaults } from "../../../src/archive/sqlite/threads/reader_faults.ts";

/**
 * Opens an existing archive for reading on this thread.
 * @param hasDeadlines false if every search may take as long as it needs, on a busy machine too
 * @throws AppError wrong_file, unavailable
 */
export function openSqliteReader(
  { path, hasDeadlines = true }: { path: string; hasDeadlines?: boolean },
): ArchiveReader {
  const reader = new SqliteReader(path, hasDeadlines ? {} : { deadlineIn: () => NO_DEADLINE });
  const faults = new ReaderFaults(reader);
  const answer = async (call: ReaderCall) => {
    try {
      return await callReader(reader, call);
    } catch (error) {
      throw faults.named(error, call);
    }
  };
  return readerOf(answer, () => Promise.resolve(reader[Symbol.dispose]()), () => faults.list());
}
