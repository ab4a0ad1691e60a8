import assert from "node:assert/strict";
import fc from "fast-check";
import { dedupeKey, Deduplicator, hasDedupeKey } from "../../../src/collector/ingest/deduplicator.ts";
import { readLine } from "../../../src/irc/read.ts";

const NIL = "00000000-0000-0000-0000-000000000000";

/** Ids of every kind, each with many values. */
const KINDS: Record<string, (n: number) => string> = {
  "random UUIDs": () => crypto.randomUUID(),
  "UUIDs that count up": (n) => `0c1d2e3f-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
  "UUIDs that begin with the time": (n) =>
    `0192e4a0-${n.toString(16).padStart(4, "0")}-7000-8000-000000000000`,
  "other texts": (n) => `id ${n}`,
};

for (const [kind, idOf] of Object.entries(KINDS)) {
  Deno.test(`an id is known for at least one generation of other ids: ${kind}`, () => {
    const duplicates = new Deduplicator(() => false, 100);
    const ids = Array.from({ length: 100 }, (_, n) => idOf(n));
    for (const id of ids) assert.equal(duplicates.seen(id, "lake"), false, id);
    for (const id of ids) assert.equal(duplicates.seen(id, "lake"), true, id);
    for (const id of ids) assert.equal(duplicates.has(id, "lake"), true, id);
  });

  Deno.test(`no more than two generations are kept: ${kind}`, () => {
    const duplicates = new Deduplicator(() => false, 100);
    const first = idOf(0);
    duplicates.seen(first, "lake");
    for (let n = 1; n <= 300; n++) assert.equal(duplicates.seen(idOf(n), "lake"), false);
    assert.equal(duplicates.has(first, "lake"), false);
    assert.equal(duplicates.seen(first, "lake"), false);
  });
}

Deno.test("ids are distinguished exactly as their texts, in any form", () => {
  const nearly = fc.constantFrom(NIL, NIL.toUpperCase(), NIL.replace("0", "1"), NIL.slice(1), `${NIL}0`, "");
  const few = fc.integer({ min: 0, max: 9 }).map((n) => `0000000${n}-000${n}-4000-8000-00000000000${n}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(nearly, few, fc.uuid(), fc.string()), { maxLength: 90 }), (ids) => {
      const [duplicates, known] = [new Deduplicator(() => false, 100), new Set<string>()];
      for (const id of ids) {
        assert.equal(duplicates.has(id, "lake"), known.has(id), id);
        assert.equal(duplicates.seen(id, "lake"), known.has(id), id);
        known.add(id);
      }
    }),
  );
});

Deno.test("one id in two rooms is two messages, for any form of id", () => {
  const duplicates = new Deduplicator(() => false, 100);
  for (const id of [crypto.randomUUID(), "no uuid"]) {
    assert.equal(duplicates.seen(id, "lake"), false);
    assert.equal(duplicates.has(id, "hill"), false);
    assert.equal(duplicates.seen(id, "hill"), false);
    for (const room of ["lake", "hill"]) assert.equal(duplicates.seen(id, room), true);
  }
});

/** The deduplication key of a line; undefined if the event cannot be deduplicated. */
function keyOf(line: string): string | undefined {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat", line);
  const key = dedupeKey(reading.event, line);
  assert.equal(hasDedupeKey(reading.event), key !== undefined, line);
  return key;
}

Deno.test("a raw line is deduplicated by its id, with its tags in any order", () => {
  const id = "id=6cdf9fed-253e-4b16-9878-dd69719a867f";
  const raw =
    `${id};room-id=70002;tmi-sent-ts=1699075686188 :tulip PRIVMSG #harbor_cat @north_pine es la mezcla`;
  const key = keyOf(`@${raw}`);
  assert.ok(key);
  assert.equal(keyOf(`@room-id=70002;tmi-sent-ts=1699075686188;${raw.replace(/;\S+/, "")}`), key);
  assert.notEqual(
    keyOf(`@${id};room-id=70002 :tulip PINNED #harbor_cat :es la mezcla`),
    key,
    "about that message",
  );
  assert.equal(keyOf("@room-id=70002 :tulip PRIVMSG #harbor_cat two words more"), undefined);
});

Deno.test("moderation is deduplicated by its values and time, with its tags in any order", () => {
  const line = (tags: string) => keyOf(`@${tags} :tmi.twitch.tv CLEARCHAT #lake :ann`);
  const key = line("room-id=1;target-user-id=10;tmi-sent-ts=1700000010200;ban-duration=5");
  assert.ok(key);
  assert.equal(line("ban-duration=5;tmi-sent-ts=1700000010200;target-user-id=10;room-id=1"), key);
  assert.notEqual(line("room-id=1;target-user-id=10;tmi-sent-ts=1700000010200;ban-duration=6"), key);
  assert.equal(line("room-id=1;target-user-id=10"), undefined, "without a time it could be another one");
  assert.equal(keyOf("PRIVMSG #lake :no tags".replace(/^/, ":ann!ann@ann.tmi.twitch.tv ")), undefined);
});

Deno.test("while several connections deliver a channel, ids are kept for much longer, and then forgotten", () => {
  let areRepeated = true;
  const duplicates = new Deduplicator(() => areRepeated, 100);
  const add = (from: number, to: number) => {
    for (let n = from; n < to; n++) assert.equal(duplicates.seen(`id ${n}`, "room"), false);
  };
  add(0, 700);
  for (let n = 0; n < 700; n++) assert.equal(duplicates.seen(`id ${n}`, "room"), true, `${n}`);
  add(700, 1_000);
  assert.equal(duplicates.has("id 0", "room"), false, "the number of generations has a limit");
  assert.equal(duplicates.has("id 300", "room"), true);
  areRepeated = false;
  add(1_000, 1_200);
  assert.equal(duplicates.has("id 900", "room"), false);
  assert.equal(duplicates.has("id 1100", "room"), true);
});
