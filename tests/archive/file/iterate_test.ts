import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { root, sources } from "../../support/sources/sources.ts";
import { tempFolder } from "../../support/temp.ts";

/** Modules that iterate, and how each notices that SQLite failed on the way. */
const ITERATES: Record<string, string> = {
  "src/archive/sqlite/doctor/integrity_faults.ts": "an empty result is read again with all()",
  "src/archive/sqlite/doctor/terms.ts": "the next row is read with get(); the pages were checked before",
  "src/archive/sqlite/repair/copy_tables.ts": "the rows are counted before",
};

Deno.test("only modules that detect an error during iteration iterate over a statement", () => {
  const found = [...sources()].filter((path) =>
    /\.iterate\(/.test(Deno.readTextFileSync(new URL(path, root)))
  );
  assert.deepEqual(found.sort(), Object.keys(ITERATES).sort());
});

Deno.test("Deno ends an iteration over a damaged page without an error, and all() throws", () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using db = new DatabaseSync(path);
    db.exec(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT);
      WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 2000)
      INSERT INTO t SELECT id, hex(randomblob(50)) FROM n`);
  }
  {
    using file = Deno.openSync(path, { read: true, write: true });
    file.seekSync(20 * 4_096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4_096).fill(0xff));
  }
  using db = new DatabaseSync(path);
  const select = db.prepare("SELECT id, text FROM t ORDER BY id");
  assert.throws(() => select.all(), /malformed/);
  assert.ok([...select.iterate()].length < 2_000, "if this throws, iterate() may be used again");
});
