/** A reader on the caller's own thread. */
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { SqliteReader } from "../../../src/archive/sqlite/reader.ts";
import { callReader, type ReaderCall, readerOf } from "../../../src/archive/sqlite/threads/reader_calls.ts";
import { ReaderFaults } from "../../../src/archive/sqlite/threads/reader_faults.ts";

/** Opens an existing archive for reading on this thread. @throws AppError wrong_file, unavailable */
export function openSqliteReader({ path }: { path: string }): ArchiveReader {
  const reader = new SqliteReader(path);
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
