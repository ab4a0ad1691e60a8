import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { readSearch, searchOf as search } from "../../support/search.ts";
import { fold, indexTerms, termsOf, tokens } from "../../../src/search/text/tokens.ts";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import { ANN, BEN, message, NOON, timeout } from "../../support/archive/events.ts";
import { openArchive, wholePage } from "../../support/archive/test_archive.ts";

const texts = (page: TimelinePage) => page.events.map((event) => event.text);

Deno.test("a page is before or after an id, newest first, and states whether there is more", async () => {
  using archive = openArchive();
  const ids = archive.append(Array.from({ length: 10 }, (_, i) => message(ANN, `m${i}`)));
  await using reader = archive.reader();
  const newest = await reader.timeline({ channelId: 1, limit: 3 });
  assert.deepEqual([texts(newest), newest.more], [["m9", "m8", "m7"], true]);
  const older = await reader.timeline({ channelId: 1, place: placeBefore(ids[2]), limit: 3 });
  assert.deepEqual([texts(older), older.more], [["m1", "m0"], false]);
  const newer = await reader.timeline({ channelId: 1, place: { at: "after", id: ids[4]! }, limit: 3 });
  assert.deepEqual([texts(newer), newer.more], [["m7", "m6", "m5"], true]);
  const since = await reader.timeline({ channelId: 1, place: { at: "after", id: ids[7]! }, limit: 3 });
  assert.deepEqual([texts(since), since.more], [["m9", "m8"], false]);
});

Deno.test("a page around an id has its event, as many on each side, and the gaps among them", async () => {
  using archive = openArchive();
  const ids = archive.append(Array.from({ length: 10 }, (_, i) => message(ANN, `m${i}`)));
  await using reader = archive.reader();
  const around = (id: number, limit: number) =>
    reader.timeline({ channelId: 1, place: { at: "around", id }, limit, gaps: true });
  const amid = await around(ids[4]!, 2);
  assert.deepEqual(texts(amid), ["m6", "m5", "m4", "m3", "m2"]);
  assert.deepEqual([amid.more, amid.moreNewer, amid.gaps], [true, true, []]);
  const oldest = await around(ids[0]!, 2);
  assert.deepEqual([texts(oldest), oldest.more, oldest.moreNewer], [["m2", "m1", "m0"], false, true]);
  const newest = await around(ids[9]!, 20);
  assert.deepEqual([newest.events.length, newest.more, newest.moreNewer], [10, false, false]);
  const gone = await around(ids[4]! + 1, 1);
  assert.deepEqual(texts(gone), ["m5", "m4"]);
});

Deno.test("a page after an id may end before another", async () => {
  using archive = openArchive();
  const ids = archive.append(Array.from({ length: 10 }, (_, i) => message(ANN, `m${i}`)));
  await using reader = archive.reader();
  const place = { at: "after", id: ids[2]!, before: ids[5]! } as const;
  const page = await reader.timeline({ channelId: 1, place, limit: 5 });
  assert.deepEqual([texts(page), page.more], [["m4", "m3"], false]);
});

Deno.test("pages are counted from the newest", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 7 }, (_, i) => message(ANN, `m${i} the end`)));
  await using reader = archive.reader();
  for (const scope of [{ channelId: 1 }, {}, { search: search("end") }, { search: search('"the end"') }]) {
    const page = (page: number) => wholePage(reader, { ...scope, page, limit: 3 });
    assert.deepEqual(texts(await page(1)).map((text) => text.slice(0, 2)), ["m6", "m5", "m4"]);
    assert.deepEqual(texts(await page(2)).map((text) => text.slice(0, 2)), ["m3", "m2", "m1"]);
    assert.deepEqual(texts(await page(3)).map((text) => text.slice(0, 2)), ["m0"]);
    const { events, more } = await page(4);
    assert.deepEqual([events, more], [[], false]);
  }
});

Deno.test("channel, user, words and dates must all match", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "good morning lake"),
    message(BEN, "good evening lake"),
    message(ANN, "good morning hill", { channel: "hill" }),
    message(ANN, "bad morning"),
  ]);
  await using reader = archive.reader();
  const find = async (query: object) => texts(await reader.timeline({ limit: 50, ...query }));
  assert.deepEqual(await find({ search: search("good") }), [
    "good morning hill",
    "good evening lake",
    "good morning lake",
  ]);
  assert.deepEqual(await find({ search: search("good"), userId: 11, channelId: 1 }), ["good morning lake"]);
  assert.deepEqual(await find({ userId: 12 }), ["good evening lake"]);
  assert.deepEqual(await find({ from: NOON + 1000, to: NOON + 3000 }), [
    "good morning hill",
    "good evening lake",
  ]);
  assert.deepEqual(await find({ channelId: 1, from: NOON + 3000 }), ["bad morning"]);
});

Deno.test("words, phrases, prefixes, runs and emoji are found", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "Héllo wörld"),
    message(ANN, "world hello"),
    message(ANN, "草生える ㅋㅋㅋㅋ"),
    message(ANN, "so funny 😂😂👍🏽"),
    message(ANN, "생방송 중"),
    message(ANN, "don't @some_one"),
  ]);
  await using reader = archive.reader();
  const find = async (text: string) => texts(await wholePage(reader, { limit: 50, search: search(text) }));
  assert.deepEqual(await find("hello"), ["world hello", "Héllo wörld"]);
  assert.deepEqual(await find('"hello world"'), ["Héllo wörld"]);
  assert.deepEqual(await find("wor*"), ["world hello", "Héllo wörld"]);
  assert.deepEqual(await find("草"), ["草生える ㅋㅋㅋㅋ"]);
  assert.deepEqual(await find("える"), ["草生える ㅋㅋㅋㅋ"]);
  assert.deepEqual(await find("る"), ["草生える ㅋㅋㅋㅋ"]);
  assert.deepEqual(await find("ㅋㅋㅋ"), ["草生える ㅋㅋㅋㅋ"]);
  assert.deepEqual(await find("방송"), ["생방송 중"]);
  assert.deepEqual(await find("😂"), ["so funny 😂😂👍🏽"]);
  assert.deepEqual(await find("👍"), ["so funny 😂😂👍🏽"]);
  assert.deepEqual(await find("don't"), ["don't @some_one"]);
  assert.deepEqual(await find("some_one"), ["don't @some_one"]);
  assert.deepEqual(await find('"hello hello"'), []);
});

Deno.test("a scope token cannot be forged by a search or a message", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "\uE000c2 c2 \uE000u12 u12")]);
  await using reader = archive.reader();
  assert.equal((await reader.timeline({ channelId: 2, limit: 5 })).events.length, 0);
  assert.equal((await reader.timeline({ userId: 12, limit: 5 })).events.length, 0);
  assert.equal((await wholePage(reader, { search: search("c1"), limit: 5 })).events.length, 0);
});

Deno.test("Twitch's sentence of a notice is found, too", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "thanks!", {
      kind: "notice",
      tags: ["msg-id=resub", "system-msg=ann\\ssubscribed\\sagain"],
    }),
  ]);
  await using reader = archive.reader();
  assert.equal(
    (await wholePage(reader, { search: search('"subscribed again"'), limit: 5 })).events.length,
    1,
  );
});

Deno.test("a user's events include their timeouts, bans and deletions", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hi"), timeout("ann", 11, 60)]);
  await using reader = archive.reader();
  const page = await reader.timeline({ userId: 11, limit: 5 });
  assert.deepEqual(page.events.map((event) => event.kind), ["timeout", "message"]);
});

const typed = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      ..."abc\"*()^:-+.,' {}[]\\/",
      "AND ",
      "OR ",
      "NOT ",
      "NEAR(",
      "草",
      "ㅋ",
      "😂",
      "\0",
    ),
    maxLength: 40,
  }),
);

Deno.test("any input is a valid query of the index, or a problem", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "some text")]);
  await using reader = archive.reader();
  await fc.assert(fc.asyncProperty(typed, async (text) => {
    const search = readSearch(text);
    if (search) await wholePage(reader, { search, channelId: 1, limit: 5 });
  }));
});

Deno.test("every text is found by a search for itself", async () => {
  using archive = openArchive();
  await using reader = archive.reader();
  let seconds = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 40 }), async (text) => {
      const [id] = archive.append([message(ANN, text)], seconds++);
      const search = readSearch(`"${text.replaceAll(/["“”„]/g, " ")}"`);
      if (!search) return;
      const { events } = await wholePage(reader, { search, channelId: 1, limit: 1 });
      assert.deepEqual(events.map((event) => event.id), [id], JSON.stringify(text));
    }),
    { numRuns: 500, examples: [["\u166d"]] },
  );
});

Deno.test("every character has the same form in the index and in a search", () => {
  using db = new DatabaseSync(":memory:");
  db.exec(`
    CREATE VIRTUAL TABLE t USING fts5(
      terms, content='', columnsize=0, detail=none,
      tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
    );
    CREATE VIRTUAL TABLE v USING fts5vocab(t, row);`);
  const insert = db.prepare("INSERT INTO t (rowid, terms) VALUES (?, ?)");
  const wanted = new Set<string>();
  db.exec("BEGIN");
  for (let first = 0; first < 0x110000; first += 0x800) {
    if (first === 0xd800) continue;
    const characters = Array.from({ length: 0x800 }, (_, i) => String.fromCodePoint(first + i));
    const text = characters.join(" . ");
    insert.run(first, indexTerms(text));
    for (const term of tokens(fold(text)).flatMap(termsOf)) wanted.add(term.text);
  }
  db.exec("COMMIT");
  const indexed = new Set(db.prepare("SELECT term FROM v").all().map(({ term }) => term));
  assert.deepEqual([...wanted].filter((term) => !indexed.has(term)), []);
});

Deno.test("a search that must verify texts ends in time, and returns where it stopped", async () => {
  using archive = openArchive();
  for (let i = 0; i < 150; i++) {
    archive.append(
      Array.from({ length: 1000 }, () => message(ANN, "to be or not to be: that is the question")),
      i * 1000,
    );
  }
  await using reader = archive.reader();
  const query = { search: search('"be the to"'), limit: 5 };
  const first = await reader.timeline(query);
  assert.equal(first.events.length, 0);
  assert.ok(first.more && first.stoppedAt !== undefined);
  let page: TimelinePage = first;
  while (page.stoppedAt !== undefined) {
    const next: TimelinePage = await reader.timeline({ ...query, place: placeBefore(page.stoppedAt) });
    assert.ok(next.stoppedAt === undefined || next.stoppedAt < page.stoppedAt);
    page = next;
  }
  assert.equal(page.more, false);
});
