import assert from "node:assert/strict";
import { Message, Rows } from "../../components/message/row.tsx";
import { firstIdAt } from "../../src/chat/ids.ts";
import { readLine } from "../../src/irc/read.ts";

function shown(line: string): string {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  const html = String(<Message event={{ ...reading.event, id: 1, channelId: 1 }} />);
  return html.replace(/^.*?<\/a>/s, "").replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ").trim();
}

Deno.test("a NOTICE without a text shows its msg-id", () => {
  for (
    const [line, expected] of [
      ["@msg-id=slow_on :tmi.twitch.tv NOTICE #alpha", "Twitch sent a notice without a text (slow_on)"],
      ["@msg-id=slow_on :tmi.twitch.tv NOTICE #alpha :", "Twitch sent a notice without a text (slow_on)"],
      ["@msg-id= :tmi.twitch.tv NOTICE #alpha", "Twitch sent a notice without a text"],
      [":tmi.twitch.tv NOTICE #alpha", "Twitch sent a notice without a text"],
      [":tmi.twitch.tv NOTICE #alpha :Slow mode is on.", "Slow mode is on."],
      ["@room-id=1 :tmi.twitch.tv ROOMSTATE #alpha", "The chat’s settings changed"],
    ] as const
  ) {
    assert.equal(shown(line), expected, line);
  }
});

Deno.test("the person of a timeout has the name and the colour of their messages", () => {
  const events = [
    "@color=#123456;display-name=Ann;user-id=2;room-id=1;id=x :ann!a@a PRIVMSG #alpha :words",
    "@ban-duration=5;room-id=1;target-user-id=2 :tmi.twitch.tv CLEARCHAT #alpha :ann",
    "@ban-duration=5;room-id=1;target-user-id=3 :tmi.twitch.tv CLEARCHAT #alpha :ben",
  ].map((line, n) => {
    const reading = readLine(line);
    assert.ok(reading.kind === "chat");
    return {
      ...reading.event,
      id: firstIdAt(Date.UTC(2026, 10, 27)) + n,
      channelId: 1,
      userId: n < 2 ? 2 : 3,
    };
  });
  const html = String(<Rows events={events} />);
  const names = [...html.matchAll(/class="name" style="--n:([^"]+)" href="([^"]+)">([^<]+)</g)];
  assert.deepEqual(names.slice(0, 2).map(([, ...parts]) => parts), [
    ["#123456", "/users/2", "Ann"],
    ["#123456", "/users/2", "Ann"],
  ]);
  assert.equal(names[2]![3], "ben");
});

Deno.test("a gap that begins with the last received line stands behind it", () => {
  const reading = readLine("@room-id=1;user-id=2;id=x :ann!a@a PRIVMSG #alpha :last words");
  assert.ok(reading.kind === "chat");
  const at = Date.UTC(2026, 10, 27);
  const event = { ...reading.event, id: firstIdAt(at) + 3, channelId: 1 };
  const html = String(
    <Rows
      events={[event]}
      gaps={[{ from: at, reason: "disabled", onPurpose: true, state: "missing", fills: [] }]}
    />,
  );
  assert.ok(html.indexOf("last words") < html.indexOf("Not recorded since"), html);
});
