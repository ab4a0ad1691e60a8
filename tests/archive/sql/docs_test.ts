/** docs/sql.md: its examples run, its columns are those of the views, and what it calls fast is fast. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { referenceSchema } from "../../../src/archive/sqlite/file/migrations.ts";
import { ANN, BEN, deletion, message, NOON, timeout } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";
import { root } from "../../support/sources/sources.ts";

const DOCS = Deno.readTextFileSync(new URL("docs/sql.md", root));
/** Each with its question as a comment. */
const EXAMPLES = [...DOCS.matchAll(/^```sql\n([^`]+)```/gm)].flatMap(([, block]) =>
  block!.trim().split("\n\n")
);
const UUID = "0c1d2e3f-0000-4000-8000-000000000001";

/** An archive in which every example finds something. */
function exampleArchive(): TestArchive {
  const archive = openArchive();
  const { writer } = archive;
  writer.storeCoverage([
    { kind: "started", channelId: 1, at: NOON },
    { kind: "ended", channelId: 1, at: NOON + 300_000, reason: "connection lost" },
    { kind: "started", channelId: 1, at: NOON + 600_000 },
  ], NOON + 900_000);
  const notice = (more: string[]) =>
    message(ANN, "", { kind: "notice", tags: [...more, "system-msg=ann\\ssubscribed"].sort() });
  archive.append([
    message({ ...ANN, login: "ann_before" }, "renamed later"),
    message(ANN, "hello Kappa", { uuid: UUID, tags: ["emotes=25:6-10", "first-msg=1"] }),
    message(BEN, "hello hello", {
      tags: [
        `reply-parent-msg-body=hello\\sKappa`,
        `reply-parent-msg-id=${UUID}`,
        "reply-parent-user-login=ann",
      ],
    }),
    message(ANN, "Cheer100", { tags: ["bits=100", "emotes="] }),
    message(ANN, "on the hill", { channel: "hill" }),
    notice(["msg-id=resub", "msg-param-cumulative-months=12"]),
    deletion("ann", UUID),
    message(BEN, "soon gone"),
    timeout("ben", 12, 600),
  ]);
  writer.flushCounters();
  return archive;
}

Deno.test("every example of docs/sql.md runs with plain SQLite, and finds something", () => {
  assert.ok(EXAMPLES.length >= 15);
  using archive = exampleArchive();
  using db = new DatabaseSync(archive.path, { readOnly: true });
  for (const sql of EXAMPLES) {
    assert.match(sql, /^-- .+\nSELECT [^;]+;$/);
    assert.ok(db.prepare(sql).all().length > 0, sql);
  }
});

Deno.test("docs/sql.md has every view with its columns in their order", () => {
  using db = referenceSchema();
  const views = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").all();
  const documented = new Map(
    [...DOCS.matchAll(/^\| `(chat_\w+)` +\|[^|]*\| ([^|]*?) *\|$/gm)].map(([, name, columns]) => [
      name!,
      columns!.split(", ").map((column) => column.replaceAll("`", "")),
    ]),
  );
  assert.deepEqual([...documented.keys()].sort(), views.map(({ name }) => name));
  for (const [name, columns] of documented) {
    const found = db.prepare("SELECT name FROM pragma_table_info(?)").all(name);
    assert.deepEqual(found.map((column) => column.name), columns, name);
    // A view is not checked before it is used.
    db.prepare(`SELECT * FROM ${name} LIMIT 0`).all();
  }
});

/** The steps of a query's plan that read messages or the index, without those of subqueries. */
function planOf(sql: string): string[] {
  using archive = openArchive();
  using db = new DatabaseSync(archive.path, { readOnly: true });
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { parent: number; detail: string }[];
  return steps.filter(({ parent, detail }) => parent === 0 && !detail.startsWith("SCALAR"))
    .map(({ detail }) => detail).filter((detail) => /\b(m|messages_index|cm|u|TEMP)\b/.test(detail));
}

const BY_KEY = "SEARCH m USING INTEGER PRIMARY KEY";

Deno.test("a range of ids is a search by key, also in a channel", () => {
  const range = "id >= unixepoch('2024-03-01') * 64000 AND id < unixepoch('2024-03-02') * 64000";
  for (const view of ["chat_messages", "chat_events", "chat_all"]) {
    for (const more of ["", " AND channel = 'lake'", " AND login = 'ann'", " AND time >= '2024-03-01T12'"]) {
      const plan = planOf(`SELECT * FROM ${view} WHERE ${range}${more} ORDER BY id DESC LIMIT 50`);
      assert.deepEqual(plan, [`${BY_KEY} (rowid>? AND rowid<?)`], `${view}${more}`);
    }
  }
  assert.deepEqual(planOf("SELECT * FROM chat_messages WHERE id = 5"), [`${BY_KEY} (rowid=?)`]);
});

Deno.test("conditions without a range of ids read every message once, in order", () => {
  for (
    const where of [
      "channel = 'lake'",
      "time >= '2024-03-01'",
      "login = 'ann'",
      "text LIKE '%a%'",
      "bits > 0",
    ]
  ) {
    for (const order of ["", " ORDER BY id", " ORDER BY id DESC LIMIT 50"]) {
      assert.deepEqual(
        planOf(`SELECT * FROM chat_messages WHERE ${where}${order}`),
        ["SCAN m"],
        where + order,
      );
    }
  }
});

Deno.test("the index of words, users and minutes are found by key", () => {
  const [index, row] = planOf(`
    SELECT m.text FROM chat_search AS s JOIN chat_messages AS m ON m.id = s.id
    WHERE s.terms MATCH 'hello' AND s.id >= 64000 ORDER BY s.id DESC LIMIT 50`);
  assert.match(index!, /^SCAN messages_index VIRTUAL TABLE INDEX 192:M1>$/, "newest first, from an id on");
  assert.equal(row, `${BY_KEY} (rowid=?)`);
  assert.deepEqual(planOf("SELECT * FROM chat_users WHERE login = 'ann'"), [
    "SEARCH u USING INDEX users_by_login (login=?)",
  ]);
  assert.deepEqual(planOf("SELECT * FROM chat_users WHERE user_id = 11"), [
    "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
  assert.deepEqual(planOf("SELECT * FROM chat_minutes WHERE channel = 'lake' AND minute >= 5"), [
    "SEARCH cm USING PRIMARY KEY (channel_id=? AND minute>?)",
  ]);
});
