/** Pages of the search index are lost: repair restores the search, and changes no row. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { REPLACE_STEPS } from "../../../src/archive/sqlite/backup/replace.ts";
import type { Diagnosis } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { repairArchive } from "../../../src/archive/sqlite/repair/repair.ts";
import { tempFolder } from "../../support/temp.ts";
import {
  assertVacuums,
  found,
  headerOf,
  makeArchive,
  overwrite,
  type Page,
  pagesOf,
  rowsOf,
} from "../../support/archive/damaged_pages.ts";
import { NOON } from "../../support/archive/events.ts";

const HEADER_BYTES = 100;

const repair = (path: string): Diagnosis => repairArchive({ path, now: NOON, progress: () => {} });

/** One page of each kind of each tree whose name matches: a root, and one in the middle. */
function onePerKind(pages: readonly Page[], names: RegExp): Page[] {
  const kinds = Map.groupBy(
    pages.filter(({ name }) => names.test(name)),
    ({ name, kind, isRoot }) => `${name} ${kind} ${isRoot}`,
  );
  return Array.from(kinds.values(), (same) => same[same.length >> 1]!);
}

/** Damages a copy of an undamaged archive, repairs it and compares it. */
async function assertRepairs(sound: string, what: string, damage: (path: string) => void): Promise<void> {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  Deno.copyFileSync(sound, path);
  Deno.chmodSync(path, 0o640);
  damage(path);
  const { left, repaired } = repair(path);
  assert.deepEqual(left, [], `${what}: ${repaired.join("\n")}`);
  const names = Deno.readDirSync(folder.path).map(({ name }) => name).toArray();
  const kept = "twitch.db.before-repair-2024-03-01T12-00-00Z";
  if (repaired.some((line) => line.includes("new file"))) {
    assert.match(repaired.join("\n"), new RegExp(kept));
    assert.deepEqual(names.toSorted(), ["twitch.db", kept], what);
  }
  assert.deepEqual(headerOf(path), [0x5363726c, headerOf(sound)[1], 2, 4_096, "UTF-8", 0o640]);
  assert.deepEqual(rowsOf(path), rowsOf(sound), what);
  assert.deepEqual(await found(path), await found(sound), what);
  assertVacuums(path);
}

for (const [leafBytes, kinds] of [[64, "deep trees"], [8_000, "overflow pages"]] as const) {
  Deno.test(`repair restores the search after the loss of any page of a search index with ${kinds}`, async () => {
    using folder = tempFolder();
    const sound = `${folder.path}/sound.db`;
    makeArchive(sound, leafBytes);
    const pages = onePerKind(pagesOf(sound), /^(messages|names)_index_/);
    for (
      const table of ["messages_index", "names_index"].flatMap((
        index,
      ) => [`${index}_data`, `${index}_idx`, `${index}_config`])
    ) {
      assert.ok(pages.some(({ name }) => name === table));
    }
    assert.ok(pages.some(({ kind }) => kind === (leafBytes === 64 ? "internal" : "overflow")));
    for (const { name, kind, number } of pages) {
      for (const isGarbage of [false, true]) {
        const what = `${isGarbage ? "garbage" : "zeros"} on ${name}, ${kind} page ${number}`;
        await assertRepairs(sound, what, (path) => overwrite(path, [number], isGarbage));
      }
    }
  });
}

Deno.test("repair restores everything but rows of tables", async () => {
  using folder = tempFolder();
  const sound = `${folder.path}/sound.db`;
  makeArchive(sound, 1_000);
  const pages = pagesOf(sound);
  const numbers = (names: RegExp) => pages.filter(({ name }) => names.test(name)).map(({ number }) => number);
  const cases: [what: string, pages: number[]][] = [
    ["both search indexes", numbers(/^(messages|names)_index_/)],
    ["the table of index faults", numbers(/^index_faults$/)],
    ["other indexes", numbers(/^(users_by|user_names_by|authors_by|sqlite_autoindex)/)],
    ["pointers from pages to trees", [2]],
  ];
  for (const [what, pages] of cases) {
    assert.ok(pages.length > 0);
    for (const isGarbage of [false, true]) {
      await assertRepairs(sound, what, (path) => overwrite(path, pages, isGarbage));
    }
  }
});

Deno.test("foreign tables and triggers stay in the damaged file, and are reported", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  makeArchive(path, 4_000);
  {
    using db = new DatabaseSync(path);
    db.exec(
      "CREATE TABLE mine (a); CREATE TRIGGER spy AFTER INSERT ON messages BEGIN DELETE FROM users; END",
    );
  }
  const rows = rowsOf(path);
  overwrite(path, [pagesOf(path).find(({ name }) => name === "messages_index_idx")!.number], true);
  const { repaired } = repair(path);
  assert.match(repaired.join("\n"), /^The table mine does not belong to an archive\. It was not copied\.$/m);
  assert.match(repaired.join("\n"), /^The trigger spy does not belong to an archive\. It was not copied\.$/m);
  assert.deepEqual(rowsOf(path), rows);
});

Deno.test("damaged free pages are removed", async () => {
  using folder = tempFolder();
  const sound = `${folder.path}/sound.db`;
  makeArchive(sound, 4_000);
  {
    using db = new DatabaseSync(sound);
    db.exec(
      "PRAGMA journal_mode = DELETE; CREATE TABLE x (a); INSERT INTO x VALUES (zeroblob(99999)); DROP TABLE x",
    );
  }
  // The header's field with the first page of the list of free pages.
  const trunk = new DataView(Deno.readFileSync(sound).buffer).getUint32(32);
  assert.ok(trunk > 0);
  await assertRepairs(sound, "free pages", (path) => overwrite(path, [trunk], true));
});

Deno.test("if a row cannot be read, nothing is changed, and its table is reported", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  makeArchive(path, 4_000);
  const sound = Deno.readFileSync(path);
  const pages = pagesOf(path);
  const index = pages.find(({ name }) => name === "messages_index_data")!;
  for (const table of ["messages", "users", "texts", "channels"]) {
    const page = pages.findLast(({ name }) => name === table)!;
    Deno.writeFileSync(path, sound);
    overwrite(path, [page.number, index.number], false);
    const damaged = Deno.readFileSync(path);
    const { left, repaired, damage } = repair(path);
    assert.deepEqual(damage, { tables: [table] });
    assert.match(
      repaired.join(),
      new RegExp(`left as it is: not every row of the table ${table} can be read`),
    );
    assert.ok(left.length > 0);
    // Opening a file changes a counter in its header.
    assert.deepEqual(Deno.readFileSync(path).subarray(HEADER_BYTES), damaged.subarray(HEADER_BYTES));
    assert.deepEqual(Deno.readDirSync(folder.path).map(({ name }) => name).toArray(), ["twitch.db"]);
  }
});

Deno.test("an archive that another program has open is not replaced", () => {
  using folder = tempFolder();
  const path = `${folder.path}/twitch.db`;
  makeArchive(path, 4_000);
  overwrite(path, [pagesOf(path).find(({ name }) => name === "messages_index_idx")!.number], false);
  {
    using other = new DatabaseSync(path);
    other.prepare("SELECT count(*) FROM channels").get();
    assert.match(repair(path).repaired.join(), /left as it is: .*twitch\.db is in use by another program/);
  }
  assert.deepEqual(repair(path).left, []);
});

const STEPS = ["copy", "index", "examine", ...REPLACE_STEPS];
for (const step of STEPS) {
  Deno.test(`a repair that is killed before "${step}" leaves the damaged or the new archive, and the next repair completes`, async () => {
    using folder = tempFolder();
    const [sound, path] = [`${folder.path}/sound.db`, `${folder.path}/twitch.db`];
    makeArchive(sound, 1_000);
    Deno.copyFileSync(sound, path);
    overwrite(path, [pagesOf(path).find(({ name }) => name === "messages_index_data")!.number], true);
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", `--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
        fileURLToPath(new URL("../../support/archive/repair_until.ts", import.meta.url)),
        ...[path, step],
      ],
    }).output();
    assert.equal(code, 137);
    assert.deepEqual(rowsOf(path), rowsOf(sound));
    assert.deepEqual(repair(path).left, []);
    assert.deepEqual(rowsOf(path), rowsOf(sound));
    assert.deepEqual(await found(path), await found(sound));
    const names = Deno.readDirSync(folder.path).map(({ name }) => name).toArray();
    assert.deepEqual(names.filter((name) => /repairing/.test(name)), []);
    assert.ok(names.some((name) => /before-repair/.test(name)));
  });
}
