import assert from "node:assert/strict";
import { parseUserName } from "../../src/chat/user_name.ts";

Deno.test("a user name is a login or a display name in any script, as typed, copied or linked", () => {
  const names: Record<string, string> = {
    "harborlight": "harborlight",
    " @HarborLight ": "HarborLight",
    "＠김치찌개": "김치찌개",
    "ゆきのさん (yukino_san)": "yukino_san",
    "https://www.twitch.tv/HarborLight?tab=clips": "HarborLight",
    "twitch.tv/harborlight/videos": "harborlight",
    "_under_": "_under_",
  };
  for (const [text, name] of Object.entries(names)) assert.equal(parseUserName(text), name, text);
});

Deno.test("a text without a letter or digit, or that is too long, is no user name", () => {
  for (const text of ["", "@", "!!!", "()", "x".repeat(61), "(".repeat(100_000)]) {
    assert.equal(parseUserName(text), undefined, text.slice(0, 20));
  }
});
