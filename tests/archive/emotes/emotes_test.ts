import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../../src/clock.ts";
import { NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { emote } from "../../support/emote_services.ts";

Deno.test("an emote is valid from when it was first seen until it was missing", async () => {
  using archive = openArchive();
  const { writer } = archive;
  const store = (at: number, ...emotes: ReturnType<typeof emote>[]) =>
    writer.change({ kind: "store emote set", set: { channelId: 1, service: "7tv", emotes, at } });
  assert.equal(store(NOON, emote("old"), emote("dated", { addedAt: NOON - HOUR_MS })), "done");
  assert.equal(store(NOON + HOUR_MS, emote("old"), emote("dated", { addedAt: NOON - HOUR_MS })), "unchanged");
  // Added between two checks: valid from the last one, or from when the service says.
  store(NOON + 2 * HOUR_MS, emote("old"), emote("new"), emote("told", { addedAt: NOON + 1.5 * HOUR_MS }));
  store(NOON + 3 * HOUR_MS, emote("new"), emote("told"), emote("liar", { addedAt: NOON - 9 * HOUR_MS }));
  await using reader = archive.reader();
  const spans = (await reader.setEmotes(1)).map(({ name, from, until }) =>
    [name, from && (from - NOON) / HOUR_MS, until && (until - NOON) / HOUR_MS] as const
  );
  assert.deepEqual(
    new Set(spans.map(String)),
    new Set([
      "old,0,3",
      "dated,-1,2",
      "new,1,",
      "told,1.5,",
      "liar,2,",
    ]),
  );
  assert.equal(spans.find(([name]) => name === "old")![1], 0, "as far back as is known");
  assert.equal(writer.emoteSetSize(1, "7tv"), 3);
});

Deno.test("sets of different services and channels, and global sets, are separate", async () => {
  using archive = openArchive();
  const { writer } = archive;
  for (const channelId of [undefined, 1, 2]) {
    for (const service of ["ffz", "bttv", "7tv"] as const) {
      const emotes = [emote(`${service}${channelId ?? "all"}`, { service })];
      writer.change({ kind: "store emote set", set: { channelId, service, at: NOON, emotes } });
    }
  }
  writer.change({ kind: "store emote set", set: { channelId: 1, service: "ffz", at: NOON + 1, emotes: [] } });
  await using reader = archive.reader();
  const names = async (channelId?: number) =>
    (await reader.setEmotes(channelId)).filter(({ until }) => until === undefined).map(({ name }) => name)
      .sort();
  assert.deepEqual(await names(), ["7tvall", "bttvall", "ffzall"]);
  assert.deepEqual(await names(1), ["7tv1", "bttv1"]);
  assert.deepEqual(await names(2), ["7tv2", "bttv2", "ffz2"]);
});

Deno.test("deleting a channel deletes its emotes", async () => {
  using archive = openArchive();
  archive.writer.change({
    kind: "store emote set",
    set: { channelId: 2, service: "7tv", at: NOON, emotes: [emote("x")] },
  });
  archive.writer.deleteChannel(2, true);
  while (archive.writer.maintenance.deleteMessages(10));
  await using reader = archive.reader();
  assert.deepEqual(await reader.setEmotes(2), []);
});

const picture = (
  name: string,
  length: number,
  more: { at?: number; used?: string[]; maxBytes?: number } = {},
) => {
  const bytes = new Uint8Array(length).fill(length % 251);
  const hash = length.toString(16).padStart(64, "0");
  return { name, type: "image/webp", bytes, hash, at: NOON, used: [], maxBytes: 1_000, ...more };
};

Deno.test("a picture is stored once for all its names, and read as it was", async () => {
  using archive = openArchive();
  archive.writer.change({ kind: "store picture", picture: picture("a", 600) });
  archive.writer.change({ kind: "store picture", picture: picture("b", 600) });
  await using reader = archive.reader();
  for (const name of ["a", "b"]) {
    const { type, bytes, hash } = picture(name, 600);
    assert.deepEqual(await reader.picture(name), { type, bytes, hash });
  }
  assert.equal(await reader.picture("c"), undefined);
});

Deno.test("the bound deletes pictures that were not requested for the longest time", async () => {
  using archive = openArchive();
  const { writer } = archive;
  // More than are deleted at once.
  for (let n = 0; n < 60; n++) {
    writer.change({
      kind: "store picture",
      picture: picture(`p${n}`, 10 + n, { at: NOON + n, maxBytes: 1e6 }),
    });
  }
  writer.change({
    kind: "store picture",
    picture: picture("last", 400, { at: NOON + DAY_MS, maxBytes: 1_000, used: ["p3"] }),
  });
  await using reader = archive.reader();
  const kept = (await Promise.all(
    Array.from({ length: 60 }, async (_, n) => await reader.picture(`p${n}`) ? `p${n}` : ""),
  )).filter((name) => name !== "");
  assert.ok(kept.includes("p3"), "it was requested lately");
  assert.ok(!kept.includes("p0") && !kept.includes("p20"));
  assert.ok(kept.length > 1);
  assert.ok(await reader.picture("last"));
});

Deno.test("a picture that changed replaces the former one", async () => {
  using archive = openArchive();
  archive.writer.change({ kind: "store picture", picture: picture("a", 600) });
  archive.writer.change({ kind: "store picture", picture: picture("a", 700) });
  archive.writer.change({ kind: "store picture", picture: picture("b", 290) });
  await using reader = archive.reader();
  assert.equal((await reader.picture("a"))!.bytes.length, 700);
  assert.ok(await reader.picture("b"), "the bytes of the former picture are free");
});
