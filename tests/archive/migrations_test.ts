import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { WrongFileError } from "../../src/archive/sqlite/migrations.ts";
import { openSqliteReader } from "../../src/archive/sqlite/reader.ts";
import { openSqliteArchive } from "../../src/archive/sqlite/writer.ts";
import { UnavailableError } from "../../src/archive/archive.ts";
import { tempFolder } from "../support/temp.ts";
import { ANN, openArchive, said } from "./said.ts";

const open = (path: string) => openSqliteArchive({ path, synchronous: "normal" });

Deno.test("a fresh file gets the schema, and opens again", () => {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  open(path)[Symbol.dispose]();
  using db = new DatabaseSync(path);
  assert.ok(db.prepare("PRAGMA user_version").get()!.user_version as number >= 1);
  assert.equal(db.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
  open(path)[Symbol.dispose]();
});

Deno.test("the file of a newer program is refused, and not touched", () => {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  open(path)[Symbol.dispose]();
  {
    using db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  const before = Deno.readFileSync(path);
  assert.throws(
    () => open(path),
    (error) => error instanceof WrongFileError && /newer Scrollback/.test(error.message),
  );
  assert.throws(() => openSqliteReader({ path }), WrongFileError);
  assert.deepEqual(Deno.readFileSync(path), before);
});

Deno.test("another program's file is refused, and not touched", () => {
  using folder = tempFolder();
  const path = join(folder.path, "other.db");
  {
    using db = new DatabaseSync(path);
    db.exec("CREATE TABLE bookmarks (url TEXT)");
  }
  const before = Deno.readFileSync(path);
  assert.throws(
    () => open(path),
    (error) => error instanceof WrongFileError && /another program/.test(error.message),
  );
  assert.deepEqual(Deno.readFileSync(path), before);
});

Deno.test("what is no database cannot be opened, nor what is not there read", () => {
  using folder = tempFolder();
  const path = join(folder.path, "text.db");
  Deno.writeTextFileSync(path, "this is a text, and rather a long one ".repeat(200));
  assert.throws(() => open(path), UnavailableError);
  assert.throws(() => openSqliteReader({ path: join(folder.path, "none.db") }), UnavailableError);
});

Deno.test("the archive notices that its file was moved away or replaced", () => {
  using archive = openArchive();
  assert.equal(archive.writer.attached(), true);
  Deno.renameSync(archive.path, `${archive.path}.moved`);
  assert.equal(archive.writer.attached(), false);
  Deno.writeTextFileSync(archive.path, "");
  assert.equal(archive.writer.attached(), false);
});

Deno.test("while another connection writes the archive is unavailable; afterwards nothing is missing or double", async () => {
  using archive = openArchive();
  archive.say([said(ANN, "first")]);
  {
    using other = new DatabaseSync(archive.path);
    other.exec("BEGIN IMMEDIATE");
    assert.throws(() => archive.say([said(ANN, "second")], 1), UnavailableError);
    other.exec("ROLLBACK");
  }
  archive.say([said(ANN, "second")], 1);
  await using reader = archive.reader();
  const page = await reader.timeline({ channelId: 1, limit: 5 });
  assert.deepEqual(page.events.map((event) => event.text), ["second", "first"]);
});
