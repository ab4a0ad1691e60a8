import assert from "node:assert/strict";
import { ArchiveClaims, InUseError, lockArchive } from "../../src/archive/sqlite/file/lock.ts";
import { link } from "../support/link.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("an archive is held by one at a time, who is told of with pid, address and time", () => {
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

Deno.test("links and detours to one file lead to one lock", async () => {
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

Deno.test("what a holder left half written is not believed, that it holds is", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  assert.ok(lock);
  Deno.writeTextFileSync(`${path}.lock`, '{"pid":');
  assert.throws(() => lockArchive(path, "serve"), /in use by another program$/);
});

Deno.test("an archive that is held under one name is held under every other, hard links too", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  using lock = lockArchive(path, "serve");
  assert.ok(lock);
  Deno.linkSync(path, `${folder.path}/other.db`);
  assert.throws(() => lockArchive(`${folder.path}/other.db`, "serve"), /in use by another program$/);
  // What somebody who was killed has left beside the other name is not believed.
  Deno.writeTextFileSync(`${folder.path}/other.db.lock`, '{"pid":1,"command":"serve","startedAt":0}');
  assert.throws(() => lockArchive(`${folder.path}/other.db`, "serve"), /in use by another program$/);
});

Deno.test("a lock whose file is removed stays, and its file is made anew", () => {
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

Deno.test("a lock that another program has taken is told of, until it lets go of it", () => {
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

Deno.test("a lock is never written through a link, and an archive is a plain file", async () => {
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

Deno.test("an archive that takes the place of the one that was locked is locked, too", () => {
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
