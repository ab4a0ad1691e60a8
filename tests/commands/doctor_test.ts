import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ANN, message, NOON } from "../support/archive/events.ts";
import { openArchive } from "../support/archive/test_archive.ts";
import { makeArchive, overwrite, pagesOf, rowsOf } from "../support/archive/damaged_pages.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("doctor returns exit status 1 if it finds faults, and 0 after the repair", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "one")]);
  archive.writer.flushCounters();
  const sound = await runMaintenance(archive.path, "doctor");
  assert.equal(sound.code, 0, sound.stderr);
  assert.match(sound.stdout, /^No faults found\.$/m);
  {
    using db = new DatabaseSync(archive.path);
    db.exec("UPDATE channels SET messages = 7 WHERE id = 1");
  }
  const wrong = await runMaintenance(archive.path, "doctor");
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /such as lake: 7 instead of 1/);
  const repaired = await runMaintenance(archive.path, "doctor", "--repair");
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.match(repaired.stdout, /^All faults were repaired\.$/m);
});

Deno.test("doctor reports lost pages of the search index, and repairs it in a new file", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  makeArchive(path, 4_000);
  const rows = rowsOf(path);
  const lost = pagesOf(path).filter(({ name }) => name.startsWith("messages_index_"));
  overwrite(path, lost.map(({ number }) => number), true);
  const wrong = await runMaintenance(path, "doctor");
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /the table messages_index_data is damaged/);
  assert.match(wrong.stdout, /^All rows can be read: `doctor --repair` copies them into a new file/m);
  assert.doesNotMatch(wrong.stdout, /restore/);
  const repaired = await runMaintenance(path, "doctor", "--repair");
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.match(repaired.stderr, /^building the index messages_index 100 %$/m);
  const kept = /The damaged file is now (\S+);/.exec(repaired.stdout)![1]!;
  assert.equal(Deno.statSync(kept).mode! & 0o777, 0o600);
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  assert.deepEqual(rowsOf(path), rows);
  assert.equal((await runMaintenance(path, "doctor")).code, 0);
});

Deno.test("quarantine lists events that could not be stored, and replay stores those that it can", async () => {
  using archive = openArchive();
  archive.writer.quarantine({ event: message(ANN, "tab\there"), receivedAt: NOON }, "the disk had hiccups");
  archive.writer.quarantine(
    { event: message(ANN, "lost", { channel: "creek", roomId: 9003 }), receivedAt: NOON },
    "the archive does not know it",
  );
  const listed = await runMaintenance(archive.path, "quarantine", "list");
  assert.equal(listed.code, 0, listed.stderr);
  assert.equal(
    listed.stdout.split("\n")[0],
    '1\t2024-03-01T12:00:00.000Z\t#lake\tmessage\tann\t"tab\\there"\tthe disk had hiccups',
  );
  assert.match(listed.stderr, /^2 events in quarantine\.$/m);

  const replayed = await runMaintenance(archive.path, "quarantine", "replay");
  assert.equal(replayed.code, 1);
  assert.match(replayed.stdout, /^2\t.*"creek": the archive does not know it$/m);
  assert.match(replayed.stderr, /^1 event stored, 1 event left in quarantine\.$/m);
  archive.writer.createChannel("creek", NOON);
  const again = await runMaintenance(archive.path, "quarantine", "replay");
  assert.equal(again.code, 0, again.stderr);
});
