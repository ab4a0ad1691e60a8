import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { termsOfName } from "../../../src/archive/sqlite/users/name_index.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { countAll } from "../../support/archive/count_all.ts";
import { ANN, BEN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import { makeFormer } from "../../support/archive/former_archive.ts";
import { exec, openArchive, type TestArchive, wholePage } from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

const MOD = person(13, "mona", { badges: "moderator/1,sub-gifter/5", flags: "mod=1" });
const SAYINGS = [
  message(ANN, "plain words"),
  message(BEN, "see https://example.org/a :D"),
  message(MOD, "𝓱𝓮𝓵𝓵𝓸 @ann, Straße <3"),
  message(ANN, "Kappa once", { tags: ["emotes=25:0-4", "first-msg=1", "flags=", "returning-chatter=0"] }),
  message(BEN, "", {
    kind: "notice",
    tags: ["msg-id=resub", "system-msg=ben\\ssubscribed\\sfor\\s3\\smonths!"],
  }),
  message(BEN, "@ann yes", {
    tags: [
      "emotes=",
      "reply-parent-msg-id=x",
      "reply-parent-user-login=ann",
      "reply-parent-display-name=ann",
    ],
  }),
  timeout("ann", 11, 600),
  message(MOD, "don't", { kind: "action", channel: "hill" }),
];
/** Searches that facts, signs or the new folding decide, and how many of {@link SAYINGS} each finds. */
const SEARCHES: [text: string, found: number][] = [
  ["is:mod", 2],
  ["badge:sub-gifter", 2],
  ["has:link", 1],
  [":D", 1],
  ["<3", 1],
  ["hello", 1],
  ["strasse", 1],
  ["mentions:ann", 2],
  ["to:ann", 1],
  ["emote:kappa", 1],
  ["is:first", 1],
  ["is:resub", 1],
  ["is:timeout", 1],
  ["is:action", 1],
  ["is:reply", 1],
  ["-is:mod plain", 1],
];
const ROUNDS = 60;

/** An archive of the version before, with the same sayings again and again. */
function formerArchive(): TestArchive {
  const archive = openArchive();
  archive.append(Array.from({ length: ROUNDS }, () => SAYINGS).flat());
  archive.writer[Symbol.dispose]();
  makeFormer(archive.path);
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  return archive;
}

function termsFrom({ path }: TestArchive): number {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare("SELECT terms_from FROM archive").get()!.terms_from as number;
}

function faults({ path }: TestArchive): string[] {
  return examine({ path, repair: false, progress: () => {}, sample: undefined }).found;
}

/** How many messages each search finds. Those of the new folding are found only once they are upgraded. */
async function counts(archive: TestArchive): Promise<Record<string, number>> {
  await using reader = archive.reader();
  const found: Record<string, number> = {};
  for (const [text] of SEARCHES) {
    const named = text.replace(/(mentions|to):ann/, "is:notice");
    const search = named === text
      ? searchOf(text)
      : { is: text.startsWith("to") ? "reply" : "mention", logins: ["ann"] } as const;
    found[text] = (await wholePage(reader, { search, limit: 200 })).events.length;
  }
  return found;
}

Deno.test("while an archive is upgraded, and after it, searches find the same, and the index agrees with the rows", async () => {
  using archive = formerArchive();
  const right = Object.fromEntries(SEARCHES.map(([text, found]) => [text, found * ROUNDS]));
  const { hello: _, strasse: __, ...facts } = right;
  let steps = 0;
  let before = Infinity;
  for (let isMore = true; isMore; steps++) {
    const found = await counts(archive);
    for (const text of Object.keys(facts)) {
      assert.equal(found[text], right[text], `${text} after ${steps} steps`);
    }
    assert.deepEqual(faults(archive), [], `after ${steps} steps`);
    assert.ok(termsFrom(archive) < before);
    before = termsFrom(archive);
    isMore = archive.writer.maintenance.upgradeTerms(150);
  }
  assert.equal(termsFrom(archive), 0);
  assert.ok(steps > 3);
  assert.deepEqual(await counts(archive), right);
  assert.deepEqual(faults(archive), []);
  await using reader = archive.reader();
  for (const [text, found] of SEARCHES.filter(([text]) => !text.includes("ann"))) {
    assert.equal((await countAll(reader, { search: searchOf(text) })).messages, found * ROUNDS, text);
  }
});

Deno.test("an upgrade continues where it stopped, while messages arrive, are removed and are deleted", async () => {
  using archive = formerArchive();
  assert.equal(archive.writer.maintenance.upgradeTerms(100), true);
  const reached = termsFrom(archive);
  archive.writer[Symbol.dispose]();
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  assert.equal(termsFrom(archive), reached);
  archive.append([message(MOD, "new :D", { uuid: "10000000-0000-4000-8000-000000000001" })], 10_000);
  archive.append([deletion("mona", "10000000-0000-4000-8000-000000000001")], 10_001);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 200 } });
  while (archive.writer.maintenance.expire(50, NOON + 86_400_000));
  assert.deepEqual(faults(archive), []);
  assert.ok(termsFrom(archive) > 0);
  while (archive.writer.maintenance.run(50, NOON + 86_400_000));
  assert.equal(termsFrom(archive), 0);
  assert.deepEqual(faults(archive), []);
  await using reader = archive.reader();
  const { events } = await wholePage(reader, { search: searchOf("is:deleted"), limit: 100 });
  assert.equal(events[0]?.text, "new :D");
  assert.ok(events.length > 50);
});

Deno.test("if the index is rebuilt, every message has the present terms", () => {
  using archive = formerArchive();
  archive.writer[Symbol.dispose]();
  exec(archive, "DELETE FROM messages_index_data");
  const { left } = examine({ path: archive.path, repair: true, sample: undefined, progress: () => {} });
  assert.deepEqual(left, []);
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  assert.deepEqual(faults(archive), []);
  assert.equal(termsFrom(archive), 0);
});

Deno.test("messages that are stored below an upgrade's mark, because older ones are ahead, are upgraded once", () => {
  using archive = formerArchive();
  archive.writer[Symbol.dispose]();
  {
    using db = new DatabaseSync(archive.path);
    db.exec("UPDATE archive SET terms_from = terms_from + 64 * 86400000");
  }
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  archive.writer.append(
    timed(SAYINGS.map((event) => ({ ...event, uuid: crypto.randomUUID(), sentAt: NOON })), 5_000),
    new Set(),
  );
  assert.deepEqual(faults(archive), []);
  while (archive.writer.maintenance.upgradeTerms(100));
  assert.deepEqual(faults(archive), []);
});

Deno.test("names that fold differently now are found", async () => {
  using archive = openArchive();
  archive.append([message(person(21, "strasse_bot", { displayName: "Straße" }), "hi")]);
  archive.writer[Symbol.dispose]();
  makeFormer(archive.path);
  {
    using db = new DatabaseSync(archive.path);
    db.prepare("INSERT INTO names_index (names_index, rowid, terms) VALUES ('delete', 1, ?)")
      .run(termsOfName("strasse_bot", "strasse"));
    db.prepare("INSERT INTO names_index (rowid, terms) VALUES (1, ?)").run(
      termsOfName("strasse_bot", "straße"),
    );
    db.exec("UPDATE user_names SET name = 'straße'");
  }
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  assert.deepEqual(faults(archive), []);
  await using reader = archive.reader();
  assert.equal((await reader.userByName("STRASSE"))?.id, 21);
  assert.deepEqual((await reader.searchUsers("straße", 5)).map(({ id }) => id), [21]);
});
