/**
 * An archive that is damaged while the program runs: recording, pages and repair.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { Stage } from "./support/stage.ts";
import { exec } from "../support/archive/test_archive.ts";

Deno.test("if the search index breaks during recording, all messages are recorded, pages report it, and a repair restores search", async () => {
  await using stage = await Stage.open({ channels: 3 });
  stage.startSending();
  await stage.waitForPage("/search/messages?q=message", /class="row/);
  exec(
    { path: stage.dbPath },
    "UPDATE messages_index_data SET block = x'00000000FFFFFFFFFFFF' WHERE id = 10",
  );
  await stage.waitForPage("/", /The search index of messages cannot be used/);
  const search = await fetch(`${stage.program.url}/search/messages?q=message`);
  assert.equal(search.status, 503);
  assert.match(await search.text(), /The search index cannot be used: .*doctor --repair/s);
  const ready = await fetch(`${stage.program.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /The search index of messages cannot be used/);
  const channel = await fetch(`${stage.program.url}/channels/1`);
  assert.equal(channel.status, 200);
  assert.match(await channel.text(), /class="row/);
  await stage.sentMore(1_000);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal((await stage.counts()).rejected, 0);
  stage.program.kill("SIGTERM");
  assert.equal((await stage.program.ended).code, 0);

  const listed = await runMaintenance(stage.dbPath, "quarantine", "list");
  assert.match(listed.stderr, /The quarantine is empty/);
  const seen = await runMaintenance(stage.dbPath, "doctor");
  assert.equal(seen.code, 1);
  assert.match(seen.stdout, /The index messages_index cannot be used: .* were stored without it since/);
  const repaired = await runMaintenance(stage.dbPath, "doctor", "--repair");
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  await stage.start();
  await stage.waitForPage("/readyz", /"ready":true/);
  await stage.waitForPage("/search/messages?q=message", /class="row/);
});

Deno.test("if a page of a table is lost, pages that need it answer 503, and the program is not ready", async () => {
  await using stage = await Stage.open({ channels: 1 });
  stage.startSending();
  await stage.sentMore(1_000);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  stage.program.kill("SIGTERM");
  assert.equal((await stage.program.ended).code, 0);
  {
    using db = new DatabaseSync(stage.dbPath);
    const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'users_by_messages'")
      .get()!;
    using file = Deno.openSync(stage.dbPath, { write: true });
    file.seekSync((Number(rootpage) - 1) * 4_096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4_096));
  }
  await stage.start();
  const users = await fetch(`${stage.program.url}/users`);
  assert.equal(users.status, 503);
  assert.match(await users.text(), /users could not be read: its file is damaged/);
  const ready = await fetch(`${stage.program.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /Some users cannot be read: its file is damaged/);
  await stage.waitForPage("/", /Some users cannot be read: its file is damaged/);
  stage.program.kill("SIGTERM");
  await stage.program.ended;

  const seen = await runMaintenance(stage.dbPath, "doctor");
  assert.equal(seen.code, 1);
  assert.match(seen.stdout, /the index users_by_messages is damaged/);
  const backup = await runMaintenance(stage.dbPath, "backup", `${stage.dbPath}.copy`);
  assert.equal(backup.code, 1);
  assert.match(backup.stderr, /No backup was made: .*the table users cannot be read: .*run doctor/);
  for (const { stderr } of [seen, backup]) assert.doesNotMatch(stderr, /^\s+at /m);
});
