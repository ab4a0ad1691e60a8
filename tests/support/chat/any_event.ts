/** Arbitrary events, for property tests. */
import fc from "fast-check";
import { type ChatEvent, KINDS } from "../../../src/chat/events.ts";
import { NOON } from "../archive/events.ts";

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
/** Sorted tags after marks. */
export const anyTags = fc.uniqueArray(tag, { selector: (tag) => tag.split("=")[0], maxLength: 6 })
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
/** An event in the channels of a test archive. */
export const anyEvent: fc.Arbitrary<ChatEvent> = fc.record({
  kind: fc.constantFrom(...KINDS),
  channel: fc.constantFrom("lake", "hill"),
  roomId: optional(fc.constantFrom(9001, 9002, 9003)),
  sentAt: optional(fc.integer({ min: 0, max: NOON * 2 })),
  uuid: optional(uuid),
  author: optional(author),
  text,
  tags: anyTags,
});
