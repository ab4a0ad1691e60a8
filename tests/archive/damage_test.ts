/** Overwrites pages of a real archive: every command ends with a sentence, and none with a stack trace. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createApp } from "../../routes/mod.ts";
import type { ArchiveReader } from "../../src/archive/reader.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import { backupCommand } from "../../src/commands/backup.ts";
import { doctorCommand } from "../../src/commands/doctor.ts";
import { quarantineCommand } from "../../src/commands/quarantine.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import { firstIdAt } from "../../src/chat/ids.ts";
import { testSite } from "../support/site/site.ts";
import { tempFolder } from "../support/temp.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { ANN, message, NOON, person, timed, timeout } from "../support/archive/events.ts";
import { openArchive } from "../support/archive/test_archive.ts";
import { hasCode, isUnavailable } from "../../src/chat/errors.ts";

const PAGE_BYTES = 4_096;
const PAGES = [
  ...[
    "/",
    "/channels",
    "/channels/1",
    "/channels/2",
    `/channels/1/messages?before_id=${firstIdAt(NOON + 900_000)}`,
    "/users",
  ],
  ...["/users/11", "/search/users?q=ann", "/search/messages?q=hello", "/search/messages?q=hello&user=ann"],
  ...["/search/channels?q=la", "/channels/1/coverage", `/messages/${firstIdAt(NOON + 700_000)}`, "/readyz"],
];

/** An archive with events of every kind, in one file of about a hundred pages. */
function bigArchive(path: string): void {
  using archive = openArchive();
  const events = Array.from(
    { length: 2_500 },
    (_, n) =>
      n % 50 === 49
        ? timeout(`user${n % 300}`, 1_000 + n % 300, 60)
        : n % 3 === 0
        ? inventedEvent(n, "lake")
        : message(
          n % 7 ? person(1_000 + n % 300, `user${n % 300}`) : ANN,
          `hello ${n} ${"and more of it ".repeat(n % 9)}`,
        ),
  );
  archive.writer.append(timed(events), new Set());
  archive.writer.storeCoverage([
    { kind: "started", channelId: 1, at: NOON },
    { kind: "ended", channelId: 1, at: NOON + 100_000, reason: "connection lost" },
    { kind: "started", channelId: 1, at: NOON + 200_000 },
  ], NOON + 300_000);
  archive.writer.quarantine({ event: message(ANN, "what about me?"), receivedAt: NOON }, "hiccups");
  archive.writer[Symbol.dispose]();
  Deno.copyFileSync(archive.path, path);
  archive.writer[Symbol.dispose] = () => {};
}

/** Overwrites the pages (numbered from 0) with zeros or with garbage. */
function overwrite(path: string, pages: readonly number[], isGarbage: boolean): void {
  using file = Deno.openSync(path, { write: true });
  for (const page of pages) {
    file.seekSync(page * PAGE_BYTES, Deno.SeekMode.Start);
    const bytes = new Uint8Array(PAGE_BYTES);
    if (isGarbage) crypto.getRandomValues(bytes);
    file.writeSync(bytes);
  }
}

function configOf(path: string): Config {
  const loaded = loadConfig({ env: { DB_PATH: path }, flags: {}, cwd: Deno.cwd(), terminal: false });
  assert.ok(loaded.kind !== "wrong");
  return loaded.config;
}

/** Runs a command and returns its status and output. */
async function outcome(command: () => number | Promise<number>): Promise<{ status: number; output: string }> {
  const lines: string[] = [];
  const { log, error } = console;
  const write = Deno.stderr.writeSync;
  console.log = console.error = (line: string) => void lines.push(line);
  Deno.stderr.writeSync = (bytes) => bytes.length;
  try {
    return { status: await command(), output: lines.join("\n") };
  } finally {
    Object.assign(console, { log, error });
    Deno.stderr.writeSync = write;
  }
}

async function assertPages(path: string): Promise<void> {
  let reader: ArchiveReader;
  try {
    reader = openSqliteReader({ path });
  } catch (error) {
    assert.ok(isUnavailable(error) || hasCode(error, "wrong_file"), String(error));
    return;
  }
  await using archive = reader;
  // The recorder and the hub belong to an undamaged archive.
  using sound = testSite();
  const { recorder, hub } = sound;
  const faults: unknown[] = [];
  const app = createApp({
    archive,
    recorder,
    hub,
    config: { loopback: true, version: "test" },
    staticRoot: new URL("../../static/", import.meta.url),
    log: { debug() {}, info() {}, error: (_message, properties) => void faults.push(properties) },
  });
  let failed = 0;
  for (const page of PAGES) {
    const response = await app.request(`http://localhost${page}`);
    const text = await response.text();
    assert.ok(
      [200, 204, 404, 503].includes(response.status),
      `${page}: ${response.status} ${JSON.stringify(faults)}`,
    );
    if (response.status === 503 && page !== "/readyz") {
      assert.match(text, /damaged|search index/, page);
      failed++;
    }
  }
  if (failed === 0) return;
  const ready = await app.request("http://localhost/readyz");
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /damaged|search index/);
}

function assertRecording(path: string): void {
  try {
    using writer = SqliteWriter.open({ path, synchronous: "normal" });
    writer.append(timed([message(ANN, "hello again"), timeout("ann", 11, 60)], 5_000), new Set([1]));
    writer.maintenance.deleteMessages(100);
    writer.maintenance.clearIndex();
  } catch (error) {
    const errors = error instanceof SuppressedError ? [error.error, error.suppressed] : [error];
    for (const error of errors) {
      assert.ok(isUnavailable(error) || hasCode(error, "wrong_file"), error?.stack);
    }
  }
}

Deno.test("with any damaged page, commands end with a status and a sentence, and HTTP requests with 200 or 503", async () => {
  using folder = tempFolder();
  const sound = `${folder.path}/sound.db`;
  bigArchive(sound);
  const pages = Deno.statSync(sound).size / PAGE_BYTES;
  assert.ok(pages > 100);
  const runs = Number(Deno.env.get("DAMAGE_RUNS") ?? 25);
  for (let run = 0; run < runs; run++) {
    const path = `${folder.path}/damaged.db`;
    const at = run === 0
      ? [0]
      : Array.from({ length: 1 + run % 3 }, () => 1 + Math.floor(Math.random() * (pages - 1)));
    const isGarbage = run % 2 === 1;
    const what = `${isGarbage ? "garbage" : "zeros"} on the pages ${at.join(", ")} of ${pages}`;
    try {
      Deno.copyFileSync(sound, path);
      overwrite(path, at, isGarbage);
      await assertPages(path);
      const config = configOf(path);
      const seen = await outcome(() => doctorCommand(config, { repair: false }));
      const copy = `${folder.path}/copy.db`;
      const backup = await outcome(() => backupCommand(config, { to: copy, force: false }));
      assert.equal(backup.status, seen.status === 0 ? 0 : backup.status, backup.output);
      if (seen.status === 1) {
        assert.match(seen.output, /damaged|SQLite says|Cannot examine|missing|not|instead/);
      }
      if (backup.status === 0) Deno.removeSync(copy);
      await outcome(() => quarantineCommand(config, "list"));
      const repaired = await outcome(() => doctorCommand(config, { repair: true }));
      assert.ok(repaired.output.length > 0);
      if (repaired.status === 0) {
        assert.equal((await outcome(() => doctorCommand(config, { repair: false }))).status, 0);
      } else assert.match(repaired.output, /backup/);
      Deno.copyFileSync(sound, path);
      overwrite(path, at, isGarbage);
      assertRecording(path);
    } catch (error) {
      throw new Error(`with ${what}: ${error instanceof Error ? error.stack : error}`, { cause: error });
    }
    for (const { name } of Deno.readDirSync(folder.path)) {
      if (name !== "sound.db") Deno.removeSync(`${folder.path}/${name}`);
    }
  }
});

Deno.test("an integer that the writer never stores is reported as damage", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hello")]);
  archive.writer.flushCounters();
  {
    using db = new DatabaseSync(archive.path);
    db.exec("UPDATE users SET messages = 9223372036854775807");
  }
  await using reader = archive.reader();
  await assert.rejects(reader.searchUsers("", 10), /users could not be read: its file is damaged/);
  assert.deepEqual(reader.faults().map(({ kind }) => kind), ["damage"]);
});
