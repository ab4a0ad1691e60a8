/** A reader on the caller's own thread, for tests and measurements. */
import type { ArchiveReader } from "../../reader.ts";
import { SqliteReader } from "../reader.ts";
import { callReader, type ReaderCall, readerOf } from "./reader_calls.ts";
import { ReaderFaults } from "./reader_faults.ts";

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
