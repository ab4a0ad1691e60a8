/**
 * The archive's folder becomes read-only and writable again, at 1,000 messages a second. The system checks
 * modes only when a file is opened, so open files stay writable. The immutable attribute (ext4 and others)
 * also applies to open files.
 */
import assert from "node:assert/strict";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { Stage } from "./support/stage.ts";

/** Modes do not apply to root, unless it drops that capability. */
const HELD_TO_MODES = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
  : [];

function run(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Makes the folder and its files read-only until the scope ends or `end` is called. */
function readOnlyByMode(folder: string): Disposable & { end(): void } {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
  for (const path of files) Deno.chmodSync(path, 0o444);
  Deno.chmodSync(folder, 0o555);
  const end = () => {
    Deno.chmodSync(folder, 0o755);
    for (const path of files) if (isThere(path)) Deno.chmodSync(path, 0o644);
  };
  return { end, [Symbol.dispose]: end };
}

/**
 * Makes the archive, its log and the folder immutable in the same way. The log's index is mapped memory,
 * which stays writable.
 */
function readOnlyByAttribute(folder: string): Disposable & { end(): void } {
  const paths = [`${folder}/a.db`, `${folder}/a.db-wal`, folder].filter(isThere);
  assert.ok(run("chattr", "+i", ...paths));
  const end = () => void run("chattr", "-i", ...paths);
  return { end, [Symbol.dispose]: end };
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** Whether this user and this file system can make an open file immutable. */
function attributesHold(): boolean {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  using file = Deno.openSync(path, { write: true, create: true });
  if (!run("chattr", "+i", path)) return false;
  try {
    file.writeSync(new Uint8Array(1));
    return false;
  } catch {
    return true;
  } finally {
    run("chattr", "-i", path);
  }
}

const READY = /"ready":true/;

/** Waits until pages and `/readyz` report it with the reason, and that there is no overflow file. */
async function untilAllFails(stage: Stage, reason: RegExp): Promise<void> {
  await stage.program.logged("cannot be written");
  await stage.waitForPage("/readyz", reason);
  await stage.waitForPage("/", /cannot be written to the archive/);
  await stage.waitForPage("/", /The overflow file cannot be written either: .*(not permitted|denied)/);
  assert.equal((await fetch(`${stage.program.url}/readyz`)).status, 503);
}

async function assertNothingLost(stage: Stage): Promise<void> {
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal((await stage.counts()).dropped, 0);
  for (const login of stage.channels) assert.deepEqual(await stage.gaps(login), []);
}

Deno.test("modes removed and restored: open files are still written, files to open wait, and nothing is lost", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using stage = await Stage.open({ channels: 5, dbPath, through: HELD_TO_MODES });
  stage.startSending();
  await stage.sentMore(1_000);
  using modes = readOnlyByMode(folder.path);
  const { stored } = await stage.counts();
  await until(async () => (await stage.counts()).stored! > stored! + 2_000);
  assert.match(await stage.page("/readyz"), READY);

  // If modes did not apply, another file would be created in its place.
  modes.end();
  Deno.renameSync(dbPath, `${dbPath}.away`);
  Deno.chmodSync(folder.path, 0o555);
  await untilAllFails(stage, /cannot be written: cannot open \S+\/a\.db: Permission denied/);
  modes.end();
  Deno.renameSync(`${dbPath}.away`, dbPath);
  await stage.waitForPage("/readyz", READY);
  await assertNothingLost(stage);
});

Deno.test("a folder whose files refuse writes for a time: nothing is lost, and pages report it", async () => {
  if (!attributesHold()) return console.log("skipped: files cannot be made immutable here");
  using folder = tempFolder();
  await using stage = await Stage.open({ channels: 5, dbPath: `${folder.path}/a.db` });
  stage.startSending();
  await stage.sentMore(1_000);
  using attributes = readOnlyByAttribute(folder.path);
  await untilAllFails(stage, /disk I\/O error|readonly database/);
  attributes.end();
  await stage.waitForPage("/readyz", READY);
  await assertNothingLost(stage);
});

Deno.test("a program that starts in a read-only folder names it, and records when it is writable", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using stage = await Stage.open({ channels: 5, dbPath });
  stage.program.kill("SIGTERM");
  await stage.program.ended;
  {
    using _modes = readOnlyByMode(folder.path);
    await assert.rejects(stage.start(), /a\.db cannot be written to/);
  }
  if (attributesHold()) {
    using _attributes = readOnlyByAttribute(folder.path);
    await assert.rejects(stage.start(), /cannot open \S+\/a\.db: unable to open database file/);
  }
  await stage.start();
  await stage.allJoined();
  stage.startSending();
  await stage.sentMore(1_000);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  // On a busy machine the first JOIN takes long enough to be a gap.
  const reasons = (await stage.gaps("channel_0")).map(({ reason }) => reason);
  assert.deepEqual(reasons.filter((reason) => reason !== "not joined"), ["stopped"]);
});
