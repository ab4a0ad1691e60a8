import assert from "node:assert/strict";
import { InUseError, lockArchive } from "../../src/archive/sqlite/lock.ts";
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
