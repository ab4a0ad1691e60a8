import assert from "node:assert/strict";
import fc from "fast-check";
import { type ChatEvent, KINDS } from "../../../src/chat/events.ts";
import { expand, toTemplate } from "../../../src/archive/sqlite/codec/tag_templates.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** Text as on the wire: UTF-8, and tag values without `;` and spaces. */
const text = fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.toWellFormed());
const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "1",
    "\x01",
    "\x02",
    "\x025",
    "emotesv2_0123456789abcdef0123456789abcdef:0-4",
    "~room",
  ),
  text.map((text) => text.replace(/[;\s]/g, "")),
);
const key = fc.oneof(
  fc.constantFrom(
    "emotes",
    "flags",
    "first-msg",
    "room-id",
    "user-id",
    "system-msg",
    "~room",
    "~user",
    "~",
    "ba\x01d",
  ),
  fc.stringMatching(/^[a-z-]{1,12}$/),
);
const tag = fc.oneof(
  fc.tuple(key, value).map(([key, value]) => `${key}=${value}`),
  fc.constantFrom("-user-id", "-room-id", ":text", "~user", "~room", "~"),
);
const tags = fc.uniqueArray(tag, { selector: (tag) => tag.split("=")[0], maxLength: 6 })
  .map((tags) => tags.sort());
const uuid = fc.oneof(fc.uuid(), fc.uuid().map((uuid) => uuid.toUpperCase()), fc.constant(""), text);
const author = fc.record({
  userId: optional(fc.integer({ min: 1, max: 2 ** 40 })),
  login: fc.stringMatching(/^[a-z0-9][a-z0-9_]{0,24}$/),
  displayName: optional(text),
  color: optional(fc.constantFrom("", "#FF0000")),
  badges: optional(fc.constantFrom("", "subscriber/12,premium/1")),
  badgeInfo: optional(fc.constantFrom("", "subscriber/14")),
  flags: fc.constantFrom("", "mod=0;subscriber=1", "mod=0;subscriber=1;turbo=0;user-type="),
});
const event: fc.Arbitrary<ChatEvent> = fc.record({
  kind: fc.constantFrom(...KINDS),
  channel: fc.constantFrom("lake", "hill"),
  roomId: optional(fc.constantFrom(9001, 9002, 9003)),
  sentAt: optional(fc.integer({ min: 0, max: NOON * 2 })),
  uuid: optional(uuid),
  author: optional(author),
  text,
  tags,
});

/** Removes undefined values, so that they equal missing ones. */
function plain(event: object): unknown {
  return JSON.parse(JSON.stringify(event));
}

Deno.test("every appended event is restored exactly", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (made) => {
      // A ROOMSTATE that changes nothing would not be stored.
      const events = made.map((event, i) =>
        event.kind === "state" ? { ...event, tags: [...event.tags, `mode-${i}=1`] } : event
      );
      using archive = openArchive();
      const announced = archive.writer.append(
        events.map((event, i) => ({ event, receivedAt: NOON + i })),
        new Set([1, 2]),
      ).events;
      await using reader = archive.reader();
      const page = await reader.timeline({ limit: 200 });
      assert.deepEqual(plain(page.events.toReversed()), plain(announced));
      for (const [i, stored] of page.events.toReversed().entries()) {
        const {
          id: _id,
          channelId: _channelId,
          userId: _userId,
          removed: _removed,
          changed: _changed,
          ...back
        } = stored;
        assert.deepEqual(plain(back), plain(events[i]!));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a template and its values restore the tags", () => {
  fc.assert(fc.property(tags, (tags) => {
    assert.deepEqual(expand(toTemplate(tags)), tags);
  }));
});

Deno.test("values other than '', 0 and 1 become placeholders of the template", () => {
  assert.deepEqual(toTemplate(["emotes=25:0-4", "first-msg=0", "flags="]), {
    template: "emotes=\x01;first-msg=0;flags=",
    values: "25:0-4",
  });
});

Deno.test("a channel's id that is learned later changes no earlier message", async () => {
  using archive = openArchive();
  const [before] = archive.append([message(ANN, "no id yet", { channel: "hill", roomId: undefined })]);
  archive.writer.identifyChannel("hill", 9002, NOON);
  const [after] = archive.append([message(ANN, "with id", { channel: "hill", roomId: 9002 })], 5);
  await using reader = archive.reader();
  assert.equal((await reader.event(before!))!.roomId, undefined);
  assert.equal((await reader.event(after!))!.roomId, 9002);
});
