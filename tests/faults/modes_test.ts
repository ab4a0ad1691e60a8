/** Only the owner may read the files that the program creates. */
import assert from "node:assert/strict";
import { runMaintenanceThrough } from "../support/process/maintenance_command.ts";
import { until } from "../support/until.ts";
import { Stage } from "./support/stage.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";

/**
 * Starts a command with a umask that removes no modes. The umask of this process also applies to tests that
 * run at the same time.
 */
const ALL_MODES = ["sh", "-c", 'umask 000 && exec "$@"', "sh"];

function modesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    [...Deno.readDirSync(folder)]
      .map(({ name }) => [name, Deno.statSync(`${folder}/${name}`).mode! & 0o777] as const)
      .filter(([name]) => !name.endsWith(".pem"))
      .map(([name, mode]) => [name.replace(/before-restore-.*/, "before"), mode.toString(8)]),
  );
}

Deno.test("only the owner can read created files, and an existing archive keeps its mode", async () => {
  await using stage = await Stage.open({ channels: 1, rate: 100, through: ALL_MODES });
  const { dbPath } = stage;
  const folder = dbPath.slice(0, dbPath.lastIndexOf("/"));
  const seen = () => Deno.readDirSync(folder).map(({ name }) => name).toArray();
  stage.startSending();
  {
    using _lock = lockForWriting(dbPath);
    await until(() => ["a.db-spool", "a.db-unnoted"].every((name) => seen().includes(name)));
    assert.deepEqual(modesIn(folder), {
      "a.db": "600",
      "a.db-shm": "600",
      "a.db-wal": "600",
      "a.db.lock": "600",
      "a.db-spool": "600",
      "a.db-unnoted": "600",
    });
  }
  assert.equal((await runMaintenanceThrough(ALL_MODES, dbPath, "backup", `${folder}/copy.db`)).code, 0);
  assert.equal(modesIn(folder)["copy.db"], "600");
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  stage.program.kill("SIGTERM");
  await stage.program.ended;
  assert.equal((await runMaintenanceThrough(ALL_MODES, dbPath, "restore", `${folder}/copy.db`)).code, 0);
  assert.deepEqual(modesIn(folder), {
    "a.db": "600",
    "a.db.before": "600",
    "a.db.lock": "600",
    "copy.db": "600",
  });

  // If a group may read the archive, it may also read SQLite's files and a restored archive.
  Deno.chmodSync(dbPath, 0o640);
  await stage.start();
  assert.equal(modesIn(folder)["a.db"], "640");
  assert.equal(modesIn(folder)["a.db-wal"], "640");
  stage.program.kill("SIGTERM");
  await stage.program.ended;
  assert.equal((await runMaintenanceThrough(ALL_MODES, dbPath, "restore", `${folder}/copy.db`)).code, 0);
  assert.equal(modesIn(folder)["a.db"], "640");
});
