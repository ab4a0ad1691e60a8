import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTags } from "../../src/irc/syntax/tags.ts";
import { formatEvent } from "../../src/irc/format.ts";
import { parseLine } from "../../src/irc/syntax/parse.ts";
import { readLine } from "../../src/irc/read.ts";
import { realFiles } from "./real_lines.ts";

/** The values that must be equal: tags in any order, prefix, command, parameters. */
function meaning(text: string): unknown {
  const line = parseLine(text)!;
  return { ...line, tags: [...parseTags(line.tags)].sort(([a], [b]) => a < b ? -1 : 1) };
}

/** The line with sorted tags. */
function ordered(line: string): string {
  const end = line.startsWith("@") ? line.indexOf(" ") : 0;
  return line.slice(1, end).split(";").sort().join(";") + line.slice(end);
}

/** Whether the event is not raw. */
function assertRoundTrip(line: string): boolean {
  const reading = readLine(line);
  // Such a line cannot be stored unchanged.
  if (line.includes("\0")) {
    assert.equal(reading.kind, "rejected");
    return false;
  }
  assert.ok(reading.kind === "chat");
  assert.deepEqual(meaning(formatEvent(reading.event)), meaning(line));
  return reading.event.kind !== "raw";
}

/** Difficult tag values: escapes of every kind, single backslashes, empty values. */
const value = fc.oneof(
  fc.constantFrom("", "0", "1", "007", "123456", "9007199254740991", "9007199254740992", "-5", "abc", "Abc"),
  fc.constantFrom(
    "\\",
    "\\s",
    "\\:",
    "\\\\",
    "\\q",
    "x\\",
    "a=b",
    "=",
    "\u{1F419}",
    "\uFEFF",
    "a\\sb\\:c\\\\d\\r\\n",
  ),
  fc.string({ unit: "binary" }).map((text) => text.replace(/[ ;\r\n\0]/g, "")),
);

const key = fc.oneof(
  fc.constantFrom("id", "user-id", "room-id", "tmi-sent-ts", "login", "target-user-id", "target-msg-id"),
  fc.constantFrom(
    "badges",
    "badge-info",
    "color",
    "display-name",
    "mod",
    "vip",
    "turbo",
    "user-type",
    "subscriber",
  ),
  fc.constantFrom(
    "ban-duration",
    "emotes",
    "flags",
    "msg-id",
    "a",
    "a-b",
    "a/b",
    "+draft",
    "-user-id",
    ":=x",
    "4",
  ),
  fc.stringMatching(/^[a-z0-9/.+][a-z0-9/.+-]{0,5}$/),
);

const tags = fc.array(fc.oneof(key, fc.tuple(key, value).map((pair) => pair.join("="))), { maxLength: 12 })
  .map((pairs) => pairs.join(";"));

const prefix = fc.oneof(
  fc.constantFrom(
    undefined,
    "tmi.twitch.tv",
    "bo!bo@bo.tmi.twitch.tv",
    "Bo!Bo@Bo.tmi.twitch.tv",
    "bo!ab@cd.tmi.twitch.tv",
  ),
  fc.constantFrom("bo", "bo@host", "!bo@bo.tmi.twitch.tv", "", "a;b\\c!x@y", "b\u00e4r!x@y"),
  fc.string({ unit: "binary" }).map((text) => text.replace(/[ \r\n\0]/g, "")),
);

const text = fc.oneof(
  fc.constantFrom(
    "",
    "hi",
    " ",
    ":",
    " : ",
    "\x01ACTION \x01",
    "\x01ACTION ",
    "\x01ACTION a",
    "\x01ACTION a\x01\x01",
  ),
  fc.constantFrom("\x01ACTION\x01", "\x01", "\x01ACTION \x01x", "bo", "Bo", "a b"),
  fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, "")),
);

const line = fc.record({
  tags,
  prefix,
  command: fc.constantFrom(
    "PRIVMSG",
    "USERNOTICE",
    "CLEARCHAT",
    "CLEARMSG",
    "NOTICE",
    "ROOMSTATE",
    "HOSTTARGET",
    "privmsg",
  ),
  channel: fc.constantFrom("#a", "#channel_1", "#Capital"),
  middle: fc.constantFrom("", "", "", " extra"),
  end: fc.oneof(fc.constant(""), text.map((said) => ` :${said}`), fc.constant(" plain"), fc.constant(" ")),
}).map((it) =>
  (it.tags === "" ? "" : `@${it.tags} `) + (it.prefix === undefined ? "" : `:${it.prefix} `) +
  `${it.command} ${it.channel}${it.middle}${it.end}`
);

Deno.test("every chat line can be rebuilt from its event, with any content", () => {
  let understood = 0;
  fc.assert(fc.property(line, (text) => void (understood += Number(assertRoundTrip(text)))), {
    numRuns: 5000,
  });
  assert.ok(understood > 1000, `only ${understood} were more than raw`);
});

Deno.test("ids that the archive knows but the line did not have are not formatted", () => {
  const line = ":bo!bo@bo.tmi.twitch.tv PRIVMSG #a :hi";
  const reading = readLine(line);
  assert.ok(reading.kind === "chat" && reading.event.author);
  const { event } = reading;
  const known = { ...event, roomId: 5, author: { ...reading.event.author, userId: 7 } };
  assert.equal(formatEvent(known), line);
});

Deno.test("tmi-sent-ts precedes another tag, as readers of raw logs expect", () => {
  const line = "@room-id=1;target-user-id=2;tmi-sent-ts=3 :tmi.twitch.tv CLEARCHAT #a :bo";
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  assert.match(formatEvent(reading.event), /tmi-sent-ts=3;/);
});

Deno.test("every real chat line can be rebuilt from its event", () => {
  for (const { name, lines } of realFiles()) {
    for (const text of lines) {
      const reading = readLine(text);
      if (reading.kind !== "chat") continue;
      const rebuilt = formatEvent(reading.event);
      // The fast comparison first, because there are half a million lines.
      if (ordered(rebuilt) !== ordered(text)) assert.deepEqual(meaning(rebuilt), meaning(text), name);
    }
  }
});
