import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { PostingLists } from "../../../src/archive/sqlite/fts5/posting_lists.ts";
import { ANN, message } from "../../support/archive/events.ts";
import { openArchive, type TestArchive, wholePage } from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

/** Enough, in so many batches, that the index has several pieces. */
function talk(archive: TestArchive, startS: number): void {
  for (let batch = 0; batch < 6; batch++) {
    archive.append(
      Array.from({ length: 500 }, (_, i) => message(ANN, `word${batch} ${startS + i} and ${i * 7}`)),
      startS + batch * 500,
    );
  }
}

function look({ path }: TestArchive): { segments: number; pages: number; free: number } {
  using db = new DatabaseSync(path, { readOnly: true });
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  return {
    segments: new PostingLists(db).segments().length,
    pages: pragma("page_count"),
    free: pragma("freelist_count"),
  };
}

Deno.test("while no messages arrive, the index is merged into one segment, and the file has no free pages", () => {
  using archive = openArchive();
  talk(archive, 0);
  const before = look(archive);
  assert.ok(before.segments > 1);
  assert.equal(archive.writer.maintenance.compact(60_000), false, "a message arrived a moment ago");
  assert.deepEqual(look(archive), before);

  while (archive.writer.maintenance.compact(0));
  const after = look(archive);
  assert.equal(after.segments, 1);
  assert.equal(after.free, 0);
  assert.ok(after.pages < before.pages, `${before.pages} pages became ${after.pages}`);
  archive.writer.flushCounters();
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});

Deno.test("messages that arrive during a merge are found, and the merge continues later", async () => {
  using archive = openArchive();
  for (let round = 0; round < 4; round++) {
    talk(archive, round * 10_000);
    for (let steps = 0; steps <= round; steps++) archive.writer.maintenance.compact(0);
  }
  while (archive.writer.maintenance.compact(0));
  assert.equal(look(archive).segments, 1);
  await using reader = archive.reader();
  const search = searchOf("word5");
  const { events } = await wholePage(reader, { search, limit: 200, page: 10 });
  assert.equal(events.length, 200);
  archive.writer.flushCounters();
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});
