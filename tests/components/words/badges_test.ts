import assert from "node:assert/strict";
import fc from "fast-check";
import { badgesOf } from "../../../components/words/badges.ts";

const titles = (badges: string, badgeInfo = "") => badgesOf({ badges, badgeInfo }).map(({ title }) => title);

Deno.test("a subscriber's months come from badge-info, the tier from the badge", () => {
  assert.deepEqual(titles("subscriber/2012", "subscriber/14"), ["Subscriber, 14 months, tier 2"]);
  assert.deepEqual(titles("subscriber/6"), ["Subscriber, 6 months"]);
  assert.deepEqual(titles("subscriber/0", "subscriber/1"), ["Subscriber, 1 month"]);
});

Deno.test("badges keep Twitch's order, and unknown ones are marked", () => {
  assert.deepEqual(titles("moderator/1,odd-one/1,other_one/1,third/1,bits/1000"), [
    "Moderator",
    "odd one",
    "other one",
    "third",
    "Cheered bits: 1000 or more",
  ]);
  const known = badgesOf({ badges: "moderator/1,odd-one/1" }).map(({ isKnown }) => isKnown);
  assert.deepEqual(known, [true, false]);
});

Deno.test("any badge tag can be shown", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (badges, badgeInfo) => {
    for (const { short } of badgesOf({ badges, badgeInfo })) assert.ok(short.length > 0);
  }));
  assert.deepEqual(titles("constructor/1,__proto__/1"), ["constructor", " proto "]);
});
