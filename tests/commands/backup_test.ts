import assert from "node:assert/strict";
import { placeBefore } from "../../src/chat/place.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { privmsg } from "../support/chat/lines.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

Deno.test("a backup at 1,000 messages a second is complete, and recording loses nothing", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  const sent: string[] = [];
  let backup, doctor;
  {
    await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
    await twitch.waitForJoin("alpha");
    const roomId = twitch.roomId("alpha");
    const sending = setInterval(() => {
      for (let i = 0; i < 20; i++) {
        const id = crypto.randomUUID();
        twitch.send(privmsg({ channel: "alpha", roomId, id }));
        sent.push(id);
      }
    }, 20);
    await until(async () => (await idsIn(dbPath)).length > 100);
    backup = await runMaintenance(dbPath, "backup", `${folder.path}/copy.db`);
    doctor = await runMaintenance(dbPath, "doctor");
    clearInterval(sending);
    program.kill("SIGTERM");
    assert.equal((await program.ended).code, 0);
  }
  assert.equal(backup.code, 0, backup.stderr);
  assert.equal(doctor.code, 0, `doctor finds no fault while recording: ${doctor.stdout}${doctor.stderr}`);
  assert.match(
    backup.stderr,
    /verifying the copy: pages and indexes \(1 of 3\)\n.*references \(2 of 3\)\n.*row counts \(3 of 3\)/s,
  );
  assert.match(backup.stdout, /copy\.db: \d+ messages, \d+\.\d MB, verified, in \d+\.\d s\.$/m);

  assert.deepEqual(await idsIn(dbPath), sent, "the archive has every message once, in order");
  const copied = await idsIn(`${folder.path}/copy.db`);
  assert.ok(copied.length > 100);
  assert.deepEqual(copied, sent.slice(0, copied.length), "the copy is the archive at one moment");
});

Deno.test("a failed backup prints the reason and returns exit status 1", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  const none = await runMaintenance(dbPath, "backup", `${folder.path}/copy.db`);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /No backup was made: .*twitch\.db/);
  assert.throws(() => Deno.statSync(dbPath), "no archive was created");
});

async function idsIn(path: string): Promise<string[]> {
  await using reader = openSqliteReader({ path });
  const ids: string[] = [];
  let before: number | undefined;
  while (true) {
    const { events, more } = await reader.timeline({ channelId: 1, place: placeBefore(before), limit: 200 });
    for (const event of events) if (event.kind === "message") ids.unshift(event.uuid!);
    before = events.at(-1)?.id;
    if (!more) return ids;
  }
}
