import assert from "node:assert/strict";
import fc from "fast-check";
import { nameColor } from "../../../components/message/author.tsx";

Deno.test("a colour is used as sent; anything but #RRGGBB counts as none", () => {
  assert.equal(nameColor("#1E90FF", 1), "#1E90FF");
  fc.assert(fc.property(fc.option(fc.string(), { nil: undefined }), fc.integer(), (color, id) => {
    assert.match(nameColor(color, id), /^#[0-9a-f]{6}$/i);
  }));
  assert.match(nameColor("red;background:url(x)", 1), /^#[0-9a-f]{6}$/);
});

Deno.test("a user without a colour always gets the same one", () => {
  assert.equal(nameColor(undefined, 4711), nameColor("", 4711));
});
