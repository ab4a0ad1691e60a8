/** A disk that fills up, and a file that another process locks, at 1,000 messages a second. */
import assert from "node:assert/strict";
import { makeArchive, overwrite, pagesOf, rowsOf } from "../support/archive/damaged_pages.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { delay, near, Stage } from "./support/stage.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";

const MEBIBYTE = 2 ** 20;

/** A small file system, if the user may mount one. */
async function smallDisk(): Promise<{ path: string } & AsyncDisposable | undefined> {
  const path = await Deno.makeTempDir({ prefix: "scrollback-disk-" });
  const mounted = await run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", path);
  if (!mounted) {
    console.log("skipped: mounting a small file system takes root");
    return undefined;
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await run("umount", path);
      await Deno.remove(path);
    },
  };
}

async function run(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Waits until pages and `/readyz` report that the archive cannot be written. */
async function assertTold(stage: Stage, reason: RegExp): Promise<void> {
  const ready = await fetch(`${stage.program.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), reason);
  assert.match(await stage.page("/"), /cannot be written to the archive/);
}

Deno.test("a disk that fills up and is freed: nothing is lost, and pages report it", async () => {
  await using disk = await smallDisk();
  if (!disk) return;
  await using stage = await Stage.open({ channels: 5, dbPath: `${disk.path}/a.db` });
  stage.startSending();
  await stage.sentMore(1_000);
  const ballast = `${disk.path}/ballast`;
  fill(ballast);
  await stage.program.logged("cannot be written");
  await delay(12_000);
  await assertTold(stage, /full|disk/);
  await Deno.remove(ballast);
  await stage.waitForPage("/readyz", /"ready":true/);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal((await stage.counts()).dropped, 0);
});

Deno.test("a repair without enough free space changes nothing and reports how much it needs", async () => {
  await using disk = await smallDisk();
  if (!disk) return;
  const path = `${disk.path}/a.db`;
  makeArchive(path, 4_000);
  overwrite(path, [pagesOf(path).find(({ name }) => name === "messages_index_data")!.number], false);
  const rows = rowsOf(path);
  const ballast = `${disk.path}/ballast`;
  Deno.writeFileSync(ballast, new Uint8Array(12 * MEBIBYTE));
  const refused = await runMaintenance(path, "doctor", "--repair");
  assert.equal(refused.code, 1);
  assert.match(
    refused.stdout,
    /left as it is: a repaired copy needs \d+ MB of free space in .*, where \d+ MB are free/,
  );
  assert.doesNotMatch(refused.stdout, /backup/);
  assert.deepEqual(rowsOf(path), rows);
  await Deno.remove(ballast);
  const repaired = await runMaintenance(path, "doctor", "--repair");
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.match(repaired.stdout, /The damaged file is now \S*a\.db\.before-repair-/);
  assert.deepEqual(rowsOf(path), rows);
});

Deno.test("a file that another process locks for 30 s: nothing is lost, and pages report it", async () => {
  await using stage = await Stage.open({ channels: 5 });
  stage.startSending();
  await stage.sentMore(500);
  using lock = lockForWriting(stage.dbPath);
  await stage.program.logged("cannot be written");
  await delay(30_000);
  await assertTold(stage, /locked/);
  lock.release();
  await stage.waitForPage("/readyz", /"ready":true/);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
});

Deno.test("a connection is lost and the program ends while the file is locked: coverage has both afterwards", async () => {
  await using stage = await Stage.open({ channels: 5 });
  stage.startSending();
  await stage.sentMore(1_000);
  using lock = lockForWriting(stage.dbPath);
  await stage.program.logged("cannot be written");
  const cutAt = Date.now();
  await stage.serverGone(() => delay(2_000));
  await stage.allJoined();
  const backAt = Date.now();
  await stage.sentMore(1_000);
  const endedAt = Date.now();
  stage.program.kill("SIGTERM");
  assert.equal((await stage.program.ended).code, 0);
  lock.release();
  await stage.start();
  await stage.allJoined();
  const againAt = Date.now();
  await stage.sentMore(500);
  await stage.assertMissingInGaps(stage.missing(await stage.storedIds()));
  for (const login of stage.channels) {
    const [lost, stopped, ...more] = await stage.gaps(login);
    assert.deepEqual([lost?.reason, stopped?.reason, more], ["connection lost", "stopped", []]);
    near(lost!.from, cutAt, `${login}: the gap begins`);
    near(lost!.to, backAt, `${login}: the gap ends`);
    near(stopped!.from, endedAt, `${login}: the program ends`);
    near(stopped!.to, againAt, `${login}: the program is back`);
  }
});

/** Fills the disk. */
function fill(path: string): void {
  using file = Deno.openSync(path, { create: true, write: true });
  for (let size = MEBIBYTE; size >= 512;) {
    try {
      if (file.writeSync(new Uint8Array(size)) < size) size /= 2;
    } catch {
      size /= 2;
    }
  }
}
