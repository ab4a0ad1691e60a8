import assert from "node:assert/strict";
import fc from "fast-check";
import { isLogin, parseChannelName, parseChannelNames } from "../../src/chat/channel_name.ts";

const NAMES: [string, string | undefined][] = [
  ["somebody", "somebody"],
  ["#SomeBody", "somebody"],
  ["@some_body", "some_body"],
  ["https://www.twitch.tv/SomeBody", "somebody"],
  ["twitch.tv/somebody/videos?filter=all", "somebody"],
  ["https://m.twitch.tv/somebody#about", "somebody"],
  ["https://www.twitch.tv/popout/somebody/chat?popout=", "somebody"],
  ["https://www.twitch.tv/moderator/somebody", "somebody"],
  ["", undefined],
  ["#", undefined],
  ["_hidden", undefined],
  ["two words", undefined],
  ["naïve", undefined],
  ["https://example.com/somebody", undefined],
  ["a".repeat(26), undefined],
];

for (const [text, login] of NAMES) {
  Deno.test(`reads ${JSON.stringify(text)} as ${login ?? "no channel"}`, () => {
    assert.equal(parseChannelName(text), login);
  });
}

Deno.test("many names are returned without duplicates, and invalid ones separately", () => {
  assert.deepEqual(parseChannelNames(" alpha, #Beta\nhttps://twitch.tv/gamma;alpha  no!good "), {
    logins: ["alpha", "beta", "gamma"],
    wrong: ["no!good"],
  });
});

Deno.test("any input is a login or undefined", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const login = parseChannelName(text);
    assert.ok(login === undefined || isLogin(login));
  }));
});
