import assert from "node:assert/strict";
import { joinLines, loginLines, partLine, ping, pong } from "../../src/irc/commands.ts";

Deno.test("without an account the login is justinfan and a number, without a password", () => {
  const lines = loginLines();
  assert.equal(lines[0], "CAP REQ :twitch.tv/tags twitch.tv/commands");
  assert.match(lines[1]!, /^NICK justinfan\d+$/);
  assert.equal(lines.length, 2);
});

Deno.test("a token is sent with exactly one oauth: prefix", () => {
  for (const token of ["abc", "oauth:abc"]) {
    assert.deepEqual(loginLines({ login: "bo", token }).slice(1), ["PASS oauth:abc", "NICK bo"]);
  }
});

Deno.test("many channels are joined with the fewest lines of at most 510 characters", () => {
  const logins = Array.from({ length: 200 }, (_, i) => `some_channel_${i}`);
  const lines = joinLines(logins);
  assert.ok(lines.every((line) => line.length <= 510));
  assert.ok(lines.length < 9);
  assert.deepEqual(lines.flatMap((line) => line.slice(5).split(",")), logins.map((login) => `#${login}`));
  assert.deepEqual(joinLines([]), []);
});

Deno.test("a PING is answered with its own parameter", () => {
  assert.equal(pong(["tmi.twitch.tv"]), "PONG :tmi.twitch.tv");
  assert.equal(pong(), "PONG :tmi.twitch.tv");
  assert.match(ping(), /^PING :/);
  assert.equal(partLine("a"), "PART #a");
});
