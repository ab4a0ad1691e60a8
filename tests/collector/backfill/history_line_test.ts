import assert from "node:assert/strict";
import fc from "fast-check";
import { readHistoryLine } from "../../../src/collector/backfill/history_line.ts";
import { clearchat, privmsg } from "../../support/chat/lines.ts";

const AT = 1_709_294_400_000;

function marked(line: string, tags: string): string {
  return `@${tags};${line.slice(1)}`;
}

Deno.test("the service's own tags are removed, and the line is Twitch's again", () => {
  const line = privmsg({ channel: "alpha", roomId: 1, sentAt: AT });
  const read = readHistoryLine(marked(line, `historical=1;rm-received-ts=${AT + 80}`), "alpha")!;
  assert.equal(read.line, line);
  assert.equal(read.receivedAt, AT + 80);
  assert.equal(read.removed, false);
  assert.doesNotMatch(read.event.tags.join(";"), /historical|rm-/);
  const [tags, ...rest] = line.split(" ");
  const atTheEnd = readHistoryLine(`${tags};rm-deleted=1;rm-received-ts=${AT} ${rest.join(" ")}`, "alpha")!;
  assert.equal(atTheEnd.line, line);
  assert.equal(atTheEnd.removed, true);
});

Deno.test("a line that had no tags has none again", () => {
  const line = ":tmi.twitch.tv NOTICE #alpha :hello";
  assert.equal(readHistoryLine(`@historical=1;rm-received-ts=${AT} ${line}`, "alpha")!.line, line);
});

Deno.test("if the service's clock is wrong, Twitch's time is used", () => {
  const line = privmsg({ channel: "alpha", roomId: 1, sentAt: AT });
  for (const wrong of [`rm-received-ts=${AT + 3_600_000}`, "rm-received-ts=soon", "historical=1"]) {
    assert.equal(readHistoryLine(marked(line, wrong), "alpha")!.receivedAt, AT, wrong);
  }
});

const USELESS: [what: string, line: string][] = [
  ["of another channel", privmsg({ channel: "beta", roomId: 1 })],
  ["without a time", "@historical=1 :tmi.twitch.tv NOTICE #alpha :hello"],
  [
    "made by the service",
    `@msg-id=rm-timeout;rm-received-ts=${AT} :tmi.twitch.tv NOTICE #alpha :ann has been timed out`,
  ],
  ["that is none", "hello"],
  ["that is no chat", `@rm-received-ts=${AT} :tmi.twitch.tv 001 x :Welcome`],
];
for (const [what, line] of USELESS) {
  Deno.test(`a line ${what} is ignored`, () => assert.equal(readHistoryLine(line, "alpha"), undefined));
}

Deno.test("timeouts and bans are parsed like messages", () => {
  const line = clearchat({ channel: "alpha", roomId: 1, login: "ann", userId: 11, seconds: 60 });
  assert.equal(readHistoryLine(marked(line, `rm-received-ts=${Date.now()}`), "alpha")!.event.kind, "timeout");
});

Deno.test("any line of a service is an event of the channel or is ignored", () => {
  const tag = fc.constantFrom(
    "rm-received-ts=5",
    "rm-deleted=1",
    "historical=1",
    "id=x",
    "tmi-sent-ts=7",
    "=;",
    "\0",
  );
  const line = fc.oneof(
    fc.string(),
    fc.tuple(fc.array(tag), fc.string()).map(([tags, rest]) => `@${tags.join(";")} ${rest}`),
    fc.tuple(fc.array(tag), fc.string()).map(([tags, text]) =>
      `@${tags.join(";")} :a!a@a PRIVMSG #alpha :${text}`
    ),
  );
  fc.assert(fc.property(line, (line) => {
    const read = readHistoryLine(line, "alpha");
    assert.ok(read === undefined || (read.event.channel === "alpha" && read.receivedAt > 0));
  }));
});
