import assert from "node:assert/strict";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import { countQuickly } from "../../../src/archive/sqlite/statistics/count.ts";
import type { IdRange } from "../../../src/archive/sqlite/search/id_range.ts";
import { Lookup } from "../../../src/archive/sqlite/search/lookup.ts";
import { MessageIndex } from "../../../src/archive/sqlite/search/message_index.ts";
import { MessageTables } from "../../../src/archive/sqlite/search/message_tables.ts";
import { firstIdAt } from "../../../src/chat/ids.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { countAll } from "../../support/archive/count_all.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { deadlineIn } from "../../../src/archive/sqlite/search/deadline.ts";
import { searchOf } from "../../support/search.ts";

const MESSAGES = 45_000;

function archiveOfGames() {
  const archive = openArchive();
  for (let n = 0; n < MESSAGES; n += 5_000) {
    archive.append(
      Array.from(
        { length: 5_000 },
        (_, i) =>
          message(ANN, i % 2 === 0 ? "a game" : "no word", { channel: i % 3 === 0 ? "hill" : "lake" }),
      ),
      n,
    );
  }
  return archive;
}

Deno.test("a count that runs out of time says where it stopped, and continues from there", async () => {
  using archive = archiveOfGames();
  using db = openForReading(archive.path);
  db.exec("BEGIN");
  const index = new MessageIndex(db).open();
  const range: IdRange = {
    from: firstIdAt(NOON),
    to: firstIdAt(NOON + MESSAGES * 1_000),
    direction: "DESC",
  };
  const lookup = new Lookup(index, new MessageTables(db), range);
  const query = { search: searchOf("game"), from: NOON, to: NOON + MESSAGES * 1_000 };
  const counting = { condition: query.search, lookup, index, range, maxBars: 160, deadline: deadlineIn(-1) };
  const first = countQuickly(counting, undefined as never);
  assert.ok(first?.stoppedAt !== undefined);
  assert.ok(first.messages > 0 && first.messages < MESSAGES / 2, `${first.messages}`);
  await using reader = archive.reader();
  const whole = await countAll(reader, query, first);
  assert.equal(whole.messages, MESSAGES / 2);
  assert.deepEqual(whole.counts, (await countAll(reader, query)).counts);
});

Deno.test("negations alone are counted by the index", async () => {
  using archive = archiveOfGames();
  await using reader = archive.reader();
  for (
    const [text, right] of [["-game", MESSAGES / 2], ["-game -word", 0], ["-(game word)", MESSAGES], [
      "-nothing",
      MESSAGES,
    ]] as const
  ) {
    const query = { search: searchOf(text) };
    const quick = await reader.histogram(query, 160);
    assert.ok(quick && !quick.estimate, text);
    assert.equal((await countAll(reader, query, quick)).messages, right, text);
  }
});
