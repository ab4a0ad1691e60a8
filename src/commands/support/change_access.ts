/** Lets a command change tokens and opt-outs of an archive, whether a program records into it or not. */
import type { Config } from "../../config.ts";
import { type AccessBeside, openBeside } from "../../archive/sqlite/access/beside.ts";
import { InUseError, lockArchive } from "../../archive/sqlite/file/lock.ts";
import { SqliteWriter } from "../../archive/sqlite/writer.ts";

/** Commands that record, and so read these changes again. Others replace or repair the file. */
const RECORDING = ["serve", "demo"];

/**
 * Opens the archive and runs `work`. Creates or upgrades the file if no program uses it.
 * @throws InUseError if a program that does not record uses it; AppError unavailable, wrong_file
 */
export async function withAccess<T>(
  config: Config,
  command: string,
  work: (access: AccessBeside) => T | Promise<T>,
): Promise<T> {
  const { dbPath: path, sqliteSynchronous: synchronous } = config;
  using lock = lockUnlessRecording(path, command);
  if (lock) SqliteWriter.open({ path, synchronous })[Symbol.dispose]();
  using access = openBeside(path);
  return await work(access);
}

function lockUnlessRecording(path: string, command: string): Disposable | undefined {
  try {
    return lockArchive(path, command);
  } catch (error) {
    if (error instanceof InUseError && RECORDING.includes(error.holder?.command ?? "")) return undefined;
    throw error;
  }
}
