import assert from "node:assert/strict";
import { openForReading, openForWriting } from "../../../src/archive/sqlite/file/connection.ts";
import { ArchiveClaims, InUseError, lockArchive } from "../../../src/archive/sqlite/file/lock.ts";
import { link } from "../../support/link.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("one process holds an archive, and others get its pid, address and start time", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  {
    using lock = lockArchive(path, "serve");
    lock.listensAt("http://127.0.0.1:8080");
    assert.throws(() => lockArchive(path, "restore"), (error) => {
      assert.ok(error instanceof InUseError);
      assert.equal(error.holder?.pid, Deno.pid);
      assert.match(
        error.message,
        new RegExp(
          `in use by process ${Deno.pid}, whose pages are at http://127.0.0.1:8080, since \\d{4}-.* UTC$`,
        ),
      );
      return true;
    });
  }
  using again = lockArchive(path, "serve");
  assert.ok(again);
});

Deno.test("all paths and links to one file lead to one lock", async () => {
  using folder = tempFolder();
  Deno.mkdirSync(`${folder.path}/real`);
  await link(`${folder.path}/real`, `${folder.path}/link`);
  using lock = lockArchive(`${folder.path}/link/twitch.db`, "serve");
  assert.ok(lock);
  await link(`${folder.path}/real/twitch.db`, `${folder.path}/other.db`);
  for (const path of ["real/twitch.db", "real/../link/./twitch.db", "other.db"]) {
    assert.throws(() => lockArchive(`${folder.path}/${path}`, "serve"), InUseError, path);
  }
});

Deno.test("a lock with an incomplete file is held by an unknown program", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  assert.ok(lock);
  Deno.writeTextFileSync(`${path}.lock`, '{"pid":');
  assert.throws(() => lockArchive(path, "serve"), /in use by another program$/);
});

Deno.test("an archive that is locked under one name is locked under every other, including hard links", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  assert.ok(lock);
  Deno.linkSync(path, `${folder.path}/other.db`);
  assert.throws(() => lockArchive(`${folder.path}/other.db`, "serve"), /in use by another program$/);
  // The lock file of a killed process beside the other name is ignored.
  Deno.writeTextFileSync(`${folder.path}/other.db.lock`, '{"pid":1,"command":"serve","startedAt":0}');
  assert.throws(() => lockArchive(`${folder.path}/other.db`, "serve"), /in use by another program$/);
});

Deno.test("a lock stays when its file is removed, and the file is created again", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  lock.listensAt("http://127.0.0.1:8080");
  Deno.removeSync(`${path}.lock`);
  assert.throws(() => lockArchive(path, "serve"), InUseError);
  assert.equal(lock.check(), undefined);
  assert.equal(JSON.parse(Deno.readTextFileSync(`${path}.lock`)).url, "http://127.0.0.1:8080");
  assert.throws(() => lockArchive(path, "serve"), /whose pages are at http:\/\/127.0.0.1:8080/);
});

Deno.test("a lock that another program has taken is reported until it is released", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  Deno.removeSync(`${path}.lock`);
  {
    using other = Deno.openSync(`${path}.lock`, { write: true, createNew: true });
    assert.ok(other.tryLockSync(true));
    other.writeSync(new TextEncoder().encode('{"pid":77,"command":"serve","startedAt":0}'));
    assert.match(lock.check() ?? "", /in use by process 77/);
  }
  assert.equal(lock.check(), undefined);
  assert.throws(() => lockArchive(path, "serve"), new RegExp(`in use by process ${Deno.pid}`));
});

Deno.test("a lock is never written through a link, and an archive is a regular file", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  Deno.writeTextFileSync(`${folder.path}/letter.txt`, "Dear Sir or Madam");
  await link(`${folder.path}/letter.txt`, `${path}.lock`);
  assert.throws(
    () => lockArchive(path, "serve"),
    /twitch\.db\.lock is not a regular file; nothing was changed/,
  );
  assert.equal(Deno.readTextFileSync(`${folder.path}/letter.txt`), "Dear Sir or Madam");
  for (const wrong of [folder.path, "/dev/null"]) {
    assert.throws(() => lockArchive(wrong, "serve"), /is not a regular file/);
  }
  await link(`${folder.path}/nowhere`, `${folder.path}/dangling.db`);
  assert.throws(() => lockArchive(`${folder.path}/dangling.db`, "serve"), /cannot open .*dangling\.db/);
});

Deno.test("an archive that replaces the locked one is locked, too", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  const claims = new ArchiveClaims(lock.archive);
  claims.claim(path);
  Deno.renameSync(path, `${folder.path}/away.db`);
  {
    using other = lockArchive(`${folder.path}/other.db`, "serve");
    assert.ok(other);
    Deno.linkSync(`${folder.path}/other.db`, path);
    assert.throws(() => claims.claim(path), InUseError);
  }
  claims.claim(path);
  assert.throws(() => lockArchive(`${folder.path}/other.db`, "serve"), InUseError);
  Deno.renameSync(`${folder.path}/away.db`, path);
  claims.claim(path);
});

Deno.test("a link or folder in the place of SQLite's own files is named by the error", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  openForWriting({ path, synchronous: "normal" }).close();
  for (const suffix of ["-wal", "-shm"]) {
    for (const isLink of [true, false]) {
      if (isLink) await link(`${folder.path}/elsewhere`, path + suffix);
      else Deno.mkdirSync(path + suffix);
      assert.throws(
        () => openForWriting({ path, synchronous: "normal" }),
        new RegExp(`cannot open .*twitch\\.db: .*twitch\\.db${suffix} is not a regular file`),
      );
      if (isLink) assert.throws(() => openForReading(path), new RegExp(`${suffix} is not a regular file`));
      Deno.removeSync(path + suffix);
    }
  }
});
