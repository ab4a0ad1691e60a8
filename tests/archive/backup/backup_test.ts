import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { backUp, type BackupStep } from "../../../src/archive/sqlite/backup/backup.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { ANN, message } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

Deno.test("a backup is one file with everything that was committed before it began", async () => {
  using archive = openArchive();
  const ids = archive.append([message(ANN, "one"), message(ANN, "two")]);
  const to = `${archive.path}.copy`;
  const steps: BackupStep[] = [];
  const result = await backUp({
    from: archive.path,
    to,
    force: false,
    progress: (step) => {
      // The writer appends while the copy is being made.
      if (step.kind === "counting") archive.append([message(ANN, "three")], 10);
      steps.push(step);
    },
  });
  assert.deepEqual([...new Set(steps.map(({ kind }) => kind))].sort(), ["counting", "verifying"]);
  assert.equal(result.bytes, Deno.statSync(to).size);
  await using reader = openSqliteReader({ path: to });
  const { events } = await reader.timeline({ channelId: 1, limit: 10 });
  assert.ok(events.length >= 2 && result.messages === events.length);
  assert.deepEqual(events.map(({ id }) => id).slice(-2), ids.toReversed());
  for (const left of [".partial", "-wal", "-shm"]) assert.throws(() => Deno.statSync(to + left));
});

Deno.test("a backup replaces a file only with --force, and never the archive itself", async () => {
  using archive = openArchive();
  const to = `${archive.path}.copy`;
  const take = (to: string, force: boolean) => backUp({ from: archive.path, to, force, progress: () => {} });
  const letter = "something dear, and longer than the header of a database ".repeat(2);
  Deno.writeTextFileSync(to, letter);
  await assert.rejects(take(to, false), /exists; --force replaces it/);
  await assert.rejects(take(to, true), /is not an archive of Scrollback; nothing was changed/);
  assert.equal(Deno.readTextFileSync(to), letter);
  Deno.removeSync(to);
  await take(to, false);
  await take(to, true);
  await assert.rejects(take(archive.path, true), /is the archive itself/);
  await assert.rejects(take(to.replace(/\/[^/]+$/, ""), true), /is a folder/);
  await assert.rejects(take(`${archive.path}.d/copy`, false), { code: "backup" });
});

Deno.test("the backup of a damaged archive fails", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "one"), message(ANN, "two")]);
  {
    using db = new DatabaseSync(archive.path, { enableForeignKeyConstraints: false });
    db.exec("DELETE FROM users");
  }
  const to = `${archive.path}.copy`;
  await assert.rejects(
    backUp({ from: archive.path, to, force: false, progress: () => {} }),
    /is not a complete archive\..* There is 1 row of authors without their row of users/,
  );
  assert.throws(() => Deno.statSync(to));
  assert.throws(() => Deno.statSync(`${to}.partial`));
});
