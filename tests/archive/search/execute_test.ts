import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import fc from "fast-check";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { matcher } from "../../../src/search/evaluate.ts";
import { ANN, BEN, message, NOON, timed } from "../../support/archive/events.ts";
import {
  exec,
  openArchive,
  SECURE_DELETE,
  type TestArchive,
  wholePage,
} from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

const WORDS = ["the", "Thé", "there", "goal", "goals", "go_al", "草", "草生", "ㅋㅋㅋ", "😂", "100%", "it's"];

/** 3,000 messages by two users in two channels, with bursts and silences. */
function talk(archive: TestArchive): StoredEvent[] {
  const events: StoredEvent[] = [];
  let seed = 7;
  const below = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let burst = 0; burst < 30; burst++) {
    const batch = Array.from(
      { length: 100 },
      () =>
        message(
          below(3) === 0 ? BEN : ANN,
          Array.from({ length: 1 + below(5) }, () => WORDS[below(WORDS.length)]).join(" "),
          {
            channel: below(10) < burst % 10 ? "hill" : "lake",
          },
        ),
    );
    events.push(...archive.writer.append(timed(batch, burst ** 4), new Set([1, 2])).events);
  }
  // The first bursts overlap, so events are not in the order of their ids.
  return events.sort((a, b) => b.id - a.id);
}

/** How the index is read: an index of a foreign format by MATCH. */
const READINGS = [["the pages of the index", ""], ["MATCH", SECURE_DELETE]] as const;

for (const [by, setup] of READINGS) {
  Deno.test(`any search by ${by} finds the same as a scan of every message`, async () => {
    using archive = openArchive();
    exec(archive, setup);
    const events = talk(archive);
    await using reader = archive.reader();
    const word = fc.constantFrom("the", "there", "goal", "草", "ㅋㅋ", "😂", "100", "it's", "absent");
    const typed = fc.oneof(
      word,
      fc.tuple(word, word).map((pair) => pair.join(" ")),
      fc.tuple(word, word).map((pair) => `"${pair.join(" ")}"`),
      fc.constantFrom("th*", "go*", "goal*", "the go*", '"the goal" th*', "ab*"),
    );
    const moment = fc.integer({ min: 0, max: 30 ** 4 }).map((s) => NOON + s * 1_000);
    const query = fc.record({
      typed: fc.option(typed, { nil: undefined }),
      channelId: fc.constantFrom(undefined, 1, 2),
      userId: fc.constantFrom(undefined, 11, 12),
      from: fc.option(moment, { nil: undefined }),
      to: fc.option(moment, { nil: undefined }),
      page: fc.constantFrom(undefined, 2, 9),
      limit: fc.constantFrom(1, 7, 50),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ typed, ...rest }) => {
        const asked = { ...rest, search: typed === undefined ? undefined : searchOf(typed) };
        const { channelId, userId, from = 0, to = Infinity, page = 1, limit } = rest;
        const right = events.filter((event, i) =>
          (channelId === undefined || event.channelId === channelId) &&
          (userId === undefined || event.userId === userId) &&
          event.id >= from * 64 && event.id < to * 64 && i >= 0 &&
          (!asked.search || matcher(asked.search)(event))
        ).slice((page - 1) * limit, page * limit);
        const { events: found } = await wholePage(reader, asked);
        assert.deepEqual(found.map(({ id }) => id), right.map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
    assert.deepEqual(reader.faults().map(({ kind }) => kind), setup === "" ? [] : ["slow index"]);
  });

  Deno.test(`messages after a message are found by ${by} from there on, oldest first`, async () => {
    using archive = openArchive();
    exec(archive, setup);
    const events = talk(archive);
    await using reader = archive.reader();
    const query = fc.record({
      typed: fc.constantFrom(undefined, "the", "the goal", "go*", '"the goal"', "absent"),
      channelId: fc.constantFrom(undefined, 1, 2),
      userId: fc.constantFrom(undefined, 11),
      after: fc.constantFrom(...events.filter((_, i) => i % 100 === 0).map(({ id }) => id)),
      limit: fc.constantFrom(1, 7, 50),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ typed, channelId, userId, after, limit }) => {
        const searched = typed === undefined ? undefined : searchOf(typed);
        const page = await reader.timeline({
          search: searched,
          channelId,
          userId,
          place: { at: "after", id: after },
          limit,
        });
        const right = events.filter((event) =>
          event.id > after &&
          (channelId === undefined || event.channelId === channelId) &&
          (userId === undefined || event.userId === userId) &&
          (!searched || matcher(searched)(event))
        );
        const ids = page.events.map(({ id }) => id);
        if (page.stoppedAt === undefined) assert.deepEqual(ids, right.slice(-limit).map(({ id }) => id));
        else assert.deepEqual(ids, right.filter(({ id }) => id <= page.stoppedAt!).map(({ id }) => id));
      }),
      { numRuns: 200 },
    );
  });
}

Deno.test("a search that is stopped repeatedly finds everything in the end", async () => {
  using archive = openArchive();
  let right: number[] = [];
  for (let i = 0; i < 40; i++) {
    const ids = archive.append(
      Array.from(
        { length: 1_000 },
        (_, n) =>
          message(n % 3 === 0 ? BEN : ANN, n % 2 === 0 ? "not to be or to be" : "the question is to be"),
      ),
      i * 1_000,
    );
    right.push(...ids.filter((_, n) => n % 2 === 0));
  }
  right = right.reverse();
  await using reader = archive.reader();
  const query = { search: searchOf('"or to be"'), limit: 50 };
  const { events: page200 } = await wholePage(reader, { ...query, page: 200 });
  assert.deepEqual(page200.map(({ id }) => id), right.slice(9_950, 10_000));
  const found: number[] = [];
  for (let before: number | undefined = Infinity, page: TimelinePage; before !== undefined;) {
    page = await reader.timeline({ ...query, limit: 200, place: placeBefore(before) });
    found.push(...page.events.map((event) => event.id));
    before = page.stoppedAt ?? (page.more ? page.events.at(-1)!.id : undefined);
  }
  assert.deepEqual(found, right);
});

Deno.test("a letter that the index maps to another is found by either", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "5µs"), message(ANN, "5μs"), message(ANN, "Waſſer")]);
  await using reader = archive.reader();
  const found = async (text: string) =>
    (await wholePage(reader, { search: searchOf(text), limit: 5 })).events.length;
  for (const text of ["5µs", "5μs", "5µ*", '"5µs"']) assert.equal(await found(text), 2, text);
  for (const text of ["waſſer", "Wasser"]) assert.equal(await found(text), 1, text);
});

Deno.test("Twitch's sentences are found by their folded words, too, if texts are verified", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "thanks!", {
      kind: "notice",
      tags: ["msg-id=resub", "system-msg=José\\ssubscribed\\sagain"],
    }),
  ]);
  await using reader = archive.reader();
  const page = await wholePage(reader, { search: searchOf('"jose subscribed"'), limit: 5 });
  assert.equal(page.events.length, 1);
});
