/** The views for plain SQL in other programs than ours: sqlite3, Python and Datasette, where the machine has them. */
import assert from "node:assert/strict";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { installed, outputOf } from "../../support/process/installed.ts";

const TEXT = "said by everybody, again and again: 草 😀 'quoted'";

Deno.test("sqlite3 reads the views, also while a message is being recorded", async () => {
  if (!await installed("sqlite3")) return;
  using archive = openArchive();
  for (let i = 0; i < 3; i++) {
    archive.append([message(ANN, TEXT, { tags: ["bits=5", "emotes=25:0-3"] })], i);
    const rows = await outputOf("sqlite3", [
      "-readonly",
      "-json",
      archive.path,
      "SELECT time, channel, login, text, bits FROM chat_messages WHERE channel = 'lake' ORDER BY id DESC",
    ]);
    assert.deepEqual(
      JSON.parse(rows),
      Array.from({ length: i + 1 }, (_, n) => ({
        time: new Date(NOON + (i - n) * 1_000).toISOString(),
        channel: "lake",
        login: "ann",
        text: TEXT,
        bits: 5,
      })),
      "the writer is open, and every commit is seen at once",
    );
  }
  const found = await outputOf("sqlite3", [
    "-readonly",
    archive.path,
    "SELECT count(*) FROM chat_search WHERE terms MATCH 'everybody'",
  ]);
  assert.equal(found.trim(), "3");
});

Deno.test("Python's sqlite3 reads the views, also while a message is being recorded", async () => {
  if (!await installed("python3")) return;
  using archive = openArchive();
  archive.append([message(ANN, TEXT), message(ANN, TEXT)]);
  const output = await outputOf("python3", [
    "-c",
    `
import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps([
    db.execute("SELECT text FROM chat_messages").fetchall(),
    # The index of words can only be asked with MATCH.
    [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view' AND name <> 'chat_search'")
        if db.execute(f"SELECT count(*) FROM {name}").fetchone() is not None],
]))`,
    archive.path,
  ]);
  const [texts, views] = JSON.parse(output);
  assert.deepEqual(texts, [[TEXT], [TEXT]]);
  assert.ok(views.length === 14, "every view can be counted");
});

Deno.test("Datasette lists the views and reads one as JSON", async () => {
  if (!await installed("datasette")) return;
  using archive = openArchive();
  archive.append([message(ANN, TEXT)]);
  const page = await outputOf("datasette", [
    archive.path,
    "--get",
    "/twitch/chat_messages.json?_shape=array",
  ]);
  assert.equal(JSON.parse(page)[0].text, TEXT);
});
