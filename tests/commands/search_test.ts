import assert from "node:assert/strict";
import { ANN, BEN, message, NOON } from "../support/archive/events.ts";
import { openArchive } from "../support/archive/test_archive.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";

/** 2,000 messages of a running recording: every tenth is Ben's hat. */
function archiveOfHats() {
  const archive = openArchive();
  archive.append(
    Array.from(
      { length: 2_000 },
      (_, n) => n % 10 === 0 ? message(BEN, `hat ${n}`) : message(ANN, `no, ${n}`),
    ),
  );
  return archive;
}

Deno.test("the matches of a search are written in the order and the format that is asked for", async () => {
  using archive = archiveOfHats();
  const newest = await runMaintenance(archive.path, "search", "--limit", "2", "hat");
  assert.equal(newest.code, 0, newest.stderr);
  assert.equal(
    newest.stdout,
    "[2024-03-01 12:33:10] #lake ben: hat 1990\n[2024-03-01 12:33:00] #lake ben: hat 1980\n",
  );
  const all = await runMaintenance(
    archive.path,
    "search",
    "--oldest",
    "--format=ndjson",
    "from:ben",
    "in:lake",
  );
  const records = all.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(records.map(({ text }) => text), Array.from({ length: 200 }, (_, n) => `hat ${n * 10}`));
  assert.equal(records[0].time, new Date(NOON).toISOString());
  const csv = await runMaintenance(archive.path, "search", "--format=csv", '"no, 7"');
  assert.match(
    csv.stdout,
    /^time,channel,kind,login,.*\r\n2024-03-01T12:00:07.000Z,lake,message,ann,ann,11,"no, 7",,/,
  );
});

Deno.test("matches are counted, and the exit status tells whether there is one", async () => {
  using archive = archiveOfHats();
  for (
    const [search, count, code] of [["hat", "200\n", 0], ["coat", "0\n", 1], [
      "no -hat",
      "1800\n",
      0,
    ]] as const
  ) {
    const counted = await runMaintenance(archive.path, "search", "--count", search);
    assert.deepEqual([counted.stdout, counted.code], [count, code], search);
  }
  const nothing = await runMaintenance(archive.path, "search", "coat");
  assert.deepEqual([nothing.stdout, nothing.code], ["", 1]);
});

Deno.test("messages of users who have opted out are not written", async () => {
  using archive = archiveOfHats();
  archive.writer.change({
    kind: "opt out",
    optOut: { kind: "user", twitchId: 12, login: "ben", at: NOON, stored: "hidden" },
  });
  const hats = await runMaintenance(archive.path, "search", "hat");
  assert.deepEqual([hats.stdout, hats.code], ["", 1]);
  const asked = await runMaintenance(archive.path, "search", "from:ben");
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /has opted out of being logged/);
});

Deno.test("a wrong search, an unknown name and a missing archive are named, with exit status 2", async () => {
  using archive = archiveOfHats();
  const wrong = await runMaintenance(archive.path, "search", "hat before:soon");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^`before:` needs a date .*got `soon`\.\n {2}hat before:soon\n {6}\^{11}$/m);
  const unknown = await runMaintenance(archive.path, "search", "from:nobody_here");
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /No user named “nobody_here”.*\n {2}from:nobody_here\n {2}\^{16}$/m);
  const none = await runMaintenance(`${archive.path}.none`, "search", "hat");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /Cannot search the archive: .*none/);
});

Deno.test("wrong flags, and files that are no archive of this version, are errors and no empty results", async () => {
  using archive = archiveOfHats();
  for (const args of [["--format=xml", "hat"], ["--limit=0", "hat"], ["--lmit=1", "hat"], []]) {
    const wrong = await runMaintenance(archive.path, "search", ...args);
    assert.equal(wrong.code, 2, `${args}: ${wrong.stderr}`);
    assert.match(wrong.stderr, /^error: /m);
  }
  Deno.writeTextFileSync(`${archive.path}.empty`, "");
  const empty = await runMaintenance(`${archive.path}.empty`, "search", "hat");
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /\.empty is empty, or an archive of an earlier version/);
  Deno.writeTextFileSync(`${archive.path}.text`, "no database, but a text of some length".repeat(40));
  const text = await runMaintenance(`${archive.path}.text`, "search", "hat");
  assert.equal(text.code, 2);
  assert.match(text.stderr, /\.text is no archive of Scrollback/);
});

Deno.test("words that look like operators are named on stderr, with the search that may be meant", async () => {
  using archive = archiveOfHats();
  const { stdout, stderr, code } = await runMaintenance(archive.path, "search", "user:ben NOT hat");
  assert.deepEqual([stdout, code], ["", 1]);
  assert.match(stderr, /`user:ben` is searched for as a word\. The operator is `from:`\./);
  assert.match(stderr, /Did you mean: from:ben -hat$/m);
});
