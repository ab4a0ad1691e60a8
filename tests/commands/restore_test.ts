import assert from "node:assert/strict";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { ANN, message } from "../support/archive/events.ts";
import { openArchive } from "../support/archive/test_archive.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";

async function texts(path: string): Promise<string[]> {
  await using reader = openSqliteReader({ path });
  return (await reader.timeline({ channelId: 1, limit: 10 })).events.map(({ text }) => text).reverse();
}

Deno.test("restore replaces the archive with a backup and keeps the old archive", async () => {
  using folder = tempFolder();
  const copy = `${folder.path}/copy.db`;
  using archive = openArchive();
  archive.append([message(ANN, "one")]);
  assert.equal((await runMaintenance(archive.path, "backup", copy)).code, 0);
  archive.append([message(ANN, "two")], 10);
  archive.writer[Symbol.dispose]();

  const { code, stdout, stderr } = await runMaintenance(archive.path, "restore", copy);
  assert.equal(code, 0, stderr);
  assert.deepEqual(await texts(archive.path), ["one"]);
  const before = /The old archive is (.*)\.$/m.exec(stdout)![1]!;
  assert.match(before, /twitch\.db\.before-restore-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
  assert.deepEqual(await texts(before), ["one", "two"]);
  assert.deepEqual(await texts(copy), ["one"], "the backup is still there");
  archive.writer[Symbol.dispose] = () => {};
});

Deno.test("restore refuses while a program records, and refuses files that are not archives", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  await using program = await runProgram({ dbPath, env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" } });
  Deno.writeTextFileSync(`${folder.path}/letter.txt`, "Dear Sir or Madam, ".repeat(100));
  const busy = await runMaintenance(dbPath, "restore", `${folder.path}/letter.txt`);
  assert.equal(busy.code, 1);
  assert.ok(busy.stderr.includes(`is in use by process ${program.pid}, whose pages are at`), busy.stderr);
  program.kill("SIGTERM");
  await program.ended;

  const wrong = await runMaintenance(dbPath, "restore", `${folder.path}/letter.txt`);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /The archive was not changed: .*is not a complete archive/);
  const none = await runMaintenance(dbPath, "restore", `${folder.path}/none.db`);
  assert.match(none.stderr, /there is no file .*none\.db/);
  assert.deepEqual(
    Array.from(Deno.readDirSync(folder.path), ({ name }) => name).filter((name) => /restor/.test(name)),
    [],
  );
});
