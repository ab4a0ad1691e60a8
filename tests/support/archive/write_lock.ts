/** The write lock of an archive in the hand of a test, as another program would hold it. */
import { DatabaseSync } from "node:sqlite";

/** How long the program may hold the lock before the test gets it, in milliseconds. */
const WAIT_MS = 10_000;

/** Takes the write lock. The lock ends with `release`, or with the block. @throws an Error after {@link WAIT_MS} */
export function lockForWriting(path: string): Disposable & { release(): void } {
  const db = new DatabaseSync(path, { timeout: WAIT_MS });
  db.exec("BEGIN IMMEDIATE");
  const release = () => {
    if (db.isOpen) db.close();
  };
  return { release, [Symbol.dispose]: release };
}
