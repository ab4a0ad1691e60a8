import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { termsOfName } from "../../../src/archive/sqlite/users/name_index.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { scopesOf } from "../../../src/archive/sqlite/search/terms.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, message, person, timed } from "../../support/archive/events.ts";
import { exec, openArchive } from "../../support/archive/test_archive.ts";
import { hasCode, isUnavailable } from "../../../src/chat/errors.ts";
import { lockForWriting } from "../../support/archive/write_lock.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));
const PLACE = { channelId: 1, userId: 11 };
const TEXT = "what everybody says, again and again";

/** Two messages in the first schema. */
const LIVED_IN = `
  INSERT INTO channels (id, login, enabled, created_at, messages, first_at, last_at)
  VALUES (1, 'lake', 1, 0, 2, 1, 2);
  INSERT INTO users (id, login, display_name, messages, first_at, last_at) VALUES (11, 'ann', 'ann', 2, 1, 2);
  INSERT INTO user_names (id, user_id, login, name, first_at, last_at) VALUES (1, 11, 'ann', 'ann', 1, 2);
  INSERT INTO names_index (rowid, terms) VALUES (1, '${termsOfName("ann", "ann")}');
  INSERT INTO authors (id, user_id, login, flags) VALUES (1, 11, 'ann', '');
  INSERT INTO messages (id, channel_id, author_id, shape_id, text) VALUES (64, 1, 1, 0, '${TEXT}'), (128, 1, 1, 0, '12');
  INSERT INTO messages_index (rowid, terms)
  VALUES (64, '${scopesOf(PLACE)} ${TEXT}'), (128, '${scopesOf(PLACE)} 12');
  INSERT INTO user_channels VALUES (11, 1, 2, 2);
  INSERT INTO channel_minutes VALUES (1, 0, 2);
  UPDATE archive SET counters_upto = 128;`;

/** From this schema on, the archive says which messages are not counted by hour: none of these is. */
const HOURS = 9;

const open = (path: string) => SqliteWriter.open({ path, synchronous: "normal" });

Deno.test("a new file gets the schema, and can be opened again", () => {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  open(path)[Symbol.dispose]();
  using db = new DatabaseSync(path);
  assert.ok(db.prepare("PRAGMA user_version").get()!.user_version as number >= 1);
  assert.equal(db.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
  open(path)[Symbol.dispose]();
});

Deno.test("an archive of every earlier schema is migrated, and its messages read the same", async () => {
  const steps = [...Deno.readDirSync(MIGRATIONS)].map(({ name }) => name).sort();
  for (let version = 1; version < steps.length; version++) {
    using folder = tempFolder();
    const path = join(folder.path, "twitch.db");
    for (const name of steps.slice(0, version)) {
      exec({ path }, Deno.readTextFileSync(join(MIGRATIONS, name)));
    }
    exec({ path }, `PRAGMA user_version = ${version}; PRAGMA application_id = ${0x5363726c}; ${LIVED_IN}`);
    if (version >= HOURS) exec({ path }, "UPDATE archive SET hours_from = counters_upto + 1");
    using writer = open(path);
    writer.append(timed([message(ANN, TEXT), message(ANN, TEXT), message(ANN, TEXT)]), new Set());
    writer.flushCounters();
    assert.deepEqual(examine({ path, repair: false, progress: () => {} }).left, []);
    await using reader = openSqliteReader({ path });
    const { events } = await reader.timeline({ channelId: 1, limit: 9 });
    assert.deepEqual(events.map(({ text }) => text), [TEXT, TEXT, TEXT, "12", TEXT]);
  }
});

Deno.test("a file of a newer version is refused and not changed", () => {
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
    (error) => hasCode(error, "wrong_file") && /newer Scrollback/.test(error.message),
  );
  assert.throws(() => openSqliteReader({ path }), { code: "wrong_file" });
  assert.deepEqual(Deno.readFileSync(path), before);
});

Deno.test("a file of another program is refused and not changed", () => {
  using folder = tempFolder();
  const path = join(folder.path, "other.db");
  {
    using db = new DatabaseSync(path);
    db.exec("CREATE TABLE bookmarks (url TEXT)");
  }
  const before = Deno.readFileSync(path);
  assert.throws(
    () => open(path),
    (error) => hasCode(error, "wrong_file") && /another program/.test(error.message),
  );
  assert.deepEqual(Deno.readFileSync(path), before);
});

Deno.test("a file that is no database cannot be opened, and a missing file cannot be read", () => {
  using folder = tempFolder();
  const path = join(folder.path, "text.db");
  Deno.writeTextFileSync(path, "this is a text, and rather a long one ".repeat(200));
  assert.throws(() => open(path), isUnavailable);
  assert.throws(() => openSqliteReader({ path: join(folder.path, "none.db") }), isUnavailable);
});

Deno.test("the archive notices that its file was moved away or replaced", () => {
  using archive = openArchive();
  assert.equal(archive.writer.attached(), true);
  Deno.renameSync(archive.path, `${archive.path}.moved`);
  assert.equal(archive.writer.attached(), false);
  Deno.writeTextFileSync(archive.path, "");
  assert.equal(archive.writer.attached(), false);
});

Deno.test("it notices that even while batches have so many users that counters are written all the time", () => {
  using archive = openArchive();
  Deno.renameSync(archive.path, `${archive.path}.moved`);
  let people = 0;
  assert.throws(() => {
    // It takes some seconds; the limit is for an archive that never notices.
    while (people < 2_000_000) {
      archive.append(Array.from({ length: 2_000 }, () => message(person(++people, `p${people}`), "hi")));
    }
  }, (error) => isUnavailable(error) && /was moved, deleted or replaced/.test(error.message));
});

Deno.test("a path that cannot be read makes the archive unavailable, and does not refuse a row", () => {
  using folder = tempFolder();
  const inside = join(folder.path, "inside");
  Deno.mkdirSync(inside);
  using writer = SqliteWriter.open({ path: join(inside, "a.db"), synchronous: "normal" });
  Deno.renameSync(inside, `${inside}.moved`);
  Deno.writeTextFileSync(inside, "no folder any more");
  assert.throws(() => writer.attached(), isUnavailable);
});

Deno.test("while another connection writes, the archive is unavailable; afterwards nothing is missing or duplicated", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "first")]);
  {
    using lock = lockForWriting(archive.path);
    assert.throws(() => archive.append([message(ANN, "second")], 1), isUnavailable);
    lock.release();
  }
  archive.append([message(ANN, "second")], 1);
  await using reader = archive.reader();
  const page = await reader.timeline({ channelId: 1, limit: 5 });
  assert.deepEqual(page.events.map((event) => event.text), ["second", "first"]);
});
