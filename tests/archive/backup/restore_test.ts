import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { backUp } from "../../../src/archive/sqlite/backup/backup.ts";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { REPLACE_STEPS } from "../../../src/archive/sqlite/backup/replace.ts";
import { restore } from "../../../src/archive/sqlite/backup/restore.ts";
import { link } from "../../support/link.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { exec, openArchive } from "../../support/archive/test_archive.ts";
import { hasCode, isUnavailable } from "../../../src/chat/errors.ts";

async function texts(path: string): Promise<string[]> {
  await using reader = openSqliteReader({ path });
  return (await reader.timeline({ channelId: 1, limit: 10 })).events.map(({ text }) => text).reverse();
}

const take = (from: string, to: string, force = false) => backUp({ from, to, force, progress: () => {} });
const put = (from: string, to: string) => restore({ from, to, now: NOON, progress: () => {} });

/** A backup with one message, and an archive with two and a log, as after a kill. */
async function killedArchive(folder: string): Promise<{ copy: string; path: string }> {
  const [copy, path] = [`${folder}/copy.db`, `${folder}/twitch.db`];
  using archive = openArchive();
  archive.append([message(ANN, "one")]);
  await take(archive.path, copy);
  archive.append([message(ANN, "two")], 10);
  for (const suffix of ["", "-wal"]) Deno.copyFileSync(archive.path + suffix, path + suffix);
  return { copy, path };
}

for (const step of ["copying", "verifying", ...REPLACE_STEPS]) {
  Deno.test(`a restore that is killed before "${step}" leaves the complete old or new archive`, async () => {
    using folder = tempFolder();
    const { copy, path } = await killedArchive(folder.path);
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", `--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
        fileURLToPath(new URL("../../support/archive/restore_until.ts", import.meta.url)),
        ...[copy, path, step],
      ],
    }).output();
    assert.equal(code, 137);
    assert.deepEqual(await texts(path), step === "done" ? ["one"] : ["one", "two"]);
    assert.deepEqual(
      examine({ path, repair: false, progress: () => {} }).found.filter((s) => /SQLite/.test(s)),
      [],
    );
    assert.deepEqual(await texts(copy), ["one"]);

    const { before } = put(copy, path);
    assert.deepEqual(await texts(path), ["one"]);
    assert.deepEqual(await texts(before!), step === "done" ? ["one"] : ["one", "two"]);
  });
}

Deno.test("a file that is no valid backup is refused, and the archive does not change", async () => {
  using folder = tempFolder();
  const { copy, path } = await killedArchive(folder.path);
  const wrong = `${folder.path}/wrong.db`;
  const altered = (sql: string) => () => {
    Deno.copyFileSync(copy, wrong);
    exec({ path: wrong }, sql);
  };
  const cases: [make: () => unknown, expected: RegExp][] = [
    [() => Deno.writeFileSync(wrong, new Uint8Array()), /wrong\.db is empty/],
    [() => Deno.mkdirSync(wrong), /is not a regular file/],
    [() => Deno.writeTextFileSync(wrong, "Dear Sir or Madam, ".repeat(100)), /not a database/],
    [
      altered("CREATE TRIGGER spy AFTER INSERT ON messages BEGIN DELETE FROM users; END"),
      /trigger spy does not belong/,
    ],
    [altered("CREATE VIEW liar AS SELECT 1 AS id"), /view liar does not belong/],
    [altered("CREATE TABLE stowaway (id INTEGER)"), /table stowaway does not belong/],
    [altered("CREATE INDEX heavy ON messages (text)"), /index heavy does not belong/],
    [altered("DROP INDEX users_by_login"), /index users_by_login is missing/],
    [altered("DROP TABLE fills; CREATE TABLE fills (id INTEGER)"), /table fills has another definition/],
    [altered("PRAGMA user_version = 99"), /newer Scrollback/],
    [altered("PRAGMA user_version = 0"), /It is empty|has another definition/],
    [altered("PRAGMA user_version = -1"), /It is empty/],
    [altered("PRAGMA user_version = 1"), /does not belong to an archive/],
    [altered("PRAGMA application_id = 7"), /another program/],
  ];
  for (const [make, expected] of cases) {
    make();
    assert.throws(
      () => put(wrong, path),
      (error) =>
        hasCode(error, "backup") && expected.test(error.message) && error.message.includes(wrong) &&
        !error.message.includes(".restoring"),
      String(expected),
    );
    Deno.removeSync(wrong, { recursive: true });
  }
  assert.throws(() => put("/dev/zero", path), /is not a regular file/);
  assert.deepEqual(await texts(path), ["one", "two"]);
  assert.deepEqual(
    Deno.readDirSync(folder.path).map(({ name }) => name).filter((name) => /restor/.test(name)).toArray(),
    [],
  );
});

Deno.test("neither backup nor restore writes through a link or replaces anything but a regular file", async () => {
  using folder = tempFolder();
  const { copy, path } = await killedArchive(folder.path);
  const letter = `${folder.path}/letter.txt`;
  Deno.writeTextFileSync(letter, "Dear Sir or Madam");
  await link(letter, `${path}.restoring`);
  assert.throws(
    () => put(copy, path),
    (error) => isUnavailable(error) && /restoring is not a regular file/.test(error.message),
  );
  await link(letter, `${folder.path}/new.db.partial`);
  await assert.rejects(take(copy, `${folder.path}/new.db`), /new\.db\.partial is not a regular file/);
  await link(letter, `${folder.path}/link.db`);
  for (const wrong of [`${folder.path}/link.db`, "/dev/null"]) {
    await assert.rejects(take(copy, wrong, true), /is not a regular file; nothing was changed/);
  }
  Deno.linkSync(path, `${folder.path}/same.db`);
  await assert.rejects(take(path, `${folder.path}/same.db`, true), /is the archive itself/);
  assert.equal(Deno.readTextFileSync(letter), "Dear Sir or Madam");
});

Deno.test("a damaged archive is kept with its log, and the backup replaces it", async () => {
  using folder = tempFolder();
  const { copy, path } = await killedArchive(folder.path);
  Deno.writeTextFileSync(path, "no database at all");
  Deno.writeTextFileSync(`${path}-wal`, "no log either");
  const { before } = put(copy, path);
  assert.deepEqual(await texts(path), ["one"]);
  assert.equal(Deno.readTextFileSync(before!), "no database at all");
  assert.equal(Deno.readTextFileSync(`${before}-wal`), "no log either");
});
