/** A new archive in a temporary folder. The file is migrated once per process and then copied. */
import { join } from "node:path";
import { openSqliteArchive, type SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { tempFolder } from "../temp.ts";

export interface ArchiveFile extends Disposable {
  path: string;
  writer: SqliteWriter;
}

let migrated: Uint8Array | undefined;

export function archiveFile(): ArchiveFile {
  migrated ??= migratedFile();
  const folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  Deno.writeFileSync(path, migrated, { mode: 0o600 });
  const writer = openSqliteArchive({ path, synchronous: "normal" });
  return {
    path,
    writer,
    [Symbol.dispose]() {
      writer[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

function migratedFile(): Uint8Array {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  openSqliteArchive({ path, synchronous: "normal" })[Symbol.dispose]();
  return Deno.readFileSync(path);
}
