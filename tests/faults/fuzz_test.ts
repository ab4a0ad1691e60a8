/**
 * Random input: every line from a socket is stored, or counted as rejected or protocol, without an exception.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { formatEvent } from "../../src/irc/format.ts";
import { LineSplitter, MAX_LINE_BYTES } from "../../src/irc/lines.ts";
import { parseLine } from "../../src/irc/syntax/parse.ts";
import { readLine } from "../../src/irc/read.ts";
import { parseTags } from "../../src/irc/syntax/tags.ts";
import { startTestCollector } from "../support/collector.ts";

const CASES = 50_000;

/** Valid and invalid pieces of lines. */
const piece = fc.oneof(
  fc.constantFrom(
    "@",
    ";",
    "=",
    " ",
    "  ",
    ":",
    "\\",
    "\\s",
    "#a",
    "#",
    "\x01",
    "\x00",
    "\x01ACTION ",
    "-room-id",
    "~",
  ),
  fc.constantFrom(
    "PRIVMSG",
    "USERNOTICE",
    "CLEARCHAT",
    "CLEARMSG",
    "NOTICE",
    "ROOMSTATE",
    "PING",
    "CAP",
    "HOSTTARGET",
  ),
  fc.constantFrom(
    "badges=",
    "emotes=25:0-4",
    "id=",
    "room-id=1",
    "room-id=x",
    "user-id=0",
    "tmi-sent-ts=-5",
    "vip=1",
  ),
  fc.constantFrom(
    "display-name=\\",
    "target-msg-id=",
    "ban-duration=99999999999999999999",
    "login=",
    "color=red",
  ),
  fc.constantFrom(":a!a@a.tmi.twitch.tv ", ":tmi.twitch.tv ", "草", "😂", "\u{e0000}", "\ud800", "i̇"),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const rubbish = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
const some = (maxLength: number) => fc.array(piece, { maxLength }).map((pieces) => pieces.join(""));
const key = fc.constantFrom(
  "id",
  "room-id",
  "user-id",
  "tmi-sent-ts",
  "login",
  "target-msg-id",
  "target-user-id",
  "mod",
  "x",
);
const tag = fc.oneof(
  fc.tuple(key, fc.oneof(fc.constantFrom("", "0", "1", "12", "7e5d"), some(3))).map((pair) => pair.join("=")),
  some(2),
);
/** Almost valid lines: the parts of a line in order, each of which may be random. */
const nearly = fc.record({
  tags: fc.oneof(
    fc.constant(""),
    fc.array(tag, { maxLength: 8 }).map((tags) => `@${tags.join(";").replaceAll(" ", "")} `),
  ),
  prefix: fc.constantFrom("", ":a!a@a.tmi.twitch.tv ", ":tmi.twitch.tv ", ":b!a@a.tmi.twitch.tv ", ": "),
  command: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        "PRIVMSG",
        "USERNOTICE",
        "CLEARCHAT",
        "CLEARMSG",
        "NOTICE",
        "ROOMSTATE",
        "HOSTTARGET",
      ),
    },
    { weight: 1, arbitrary: some(1) },
  ),
  channel: fc.constantFrom(" #a", " #a", " #a", " #A", " #", " a", " *", "", "  #a"),
  text: fc.oneof(fc.constant(""), some(6).map((text) => ` :${text}`), some(2).map((text) => ` ${text}`)),
}).map(({ tags, prefix, command, channel, text }) => tags + prefix + command + channel + text);
const line = fc.oneof({ weight: 3, arbitrary: nearly }, { weight: 1, arbitrary: rubbish });

Deno.test("any bytes, split anywhere, give the same lines, and no buffer grows without a limit", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 5 }), (bytes, cuts) => {
      const whole = new LineSplitter().push(bytes);
      const splitter = new LineSplitter();
      const lines: string[] = [];
      let from = 0;
      for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
        lines.push(...splitter.push(bytes.subarray(from, cut)));
        from = Math.max(from, cut);
      }
      assert.deepEqual(lines, whole);
    }),
    { numRuns: CASES },
  );
  const splitter = new LineSplitter();
  for (let i = 0; i < 100; i++) assert.deepEqual(splitter.push(new Uint8Array(MAX_LINE_BYTES).fill(97)), []);
  assert.ok(splitter.takeOverlong().length <= 1);
});

Deno.test("any text is parsed without an exception, and a stored event can be formatted with the same meaning", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(line, (text) => {
      const reading = readLine(text);
      kinds.set(reading.kind, (kinds.get(reading.kind) ?? 0) + 1);
      if (reading.kind !== "chat") return;
      const again = parseLine(formatEvent(reading.event));
      const first = parseLine(text)!;
      assert.ok(again, text);
      assert.deepEqual([again.command, again.params, again.prefix], [
        first.command,
        first.params,
        first.prefix,
      ], text);
      assert.deepEqual(sorted(parseTags(again.tags)), sorted(parseTags(first.tags)), text);
    }),
    { numRuns: 2 * CASES },
  );
  for (const kind of ["chat", "protocol", "rejected"]) {
    assert.ok(kinds.get(kind)! > 100, `${kind}: ${kinds.get(kind)}`);
  }
});

Deno.test("any tag section is parsed", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")), (section) => {
      for (const [key, value] of parseTags(section)) assert.equal(typeof key + typeof value, "stringstring");
    }),
    { numRuns: CASES },
  );
});

Deno.test("any order of lines on a real connection: each is stored, rejected, a duplicate, or protocol", async () => {
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using test = startTestCollector({ twitch, channels: ["a"] });
  await test.until((status) => status.channels[0]?.state === "joined");
  const texts = fc.sample(line, 20_000)
    .map((text) => text.replace(/[\r\n]/g, "").toWellFormed())
    // These correctly end the connection; links_test.ts tests them.
    .filter((text) => text !== "" && parseLine(text)?.command !== "RECONNECT");
  const before = test.collector.status().counts;
  for (const [i, text] of texts.entries()) {
    twitch.sendRaw(`${text}\r\n`);
    if (i % 1_000 === 0) await twitch.ready();
  }
  const seen = () => {
    const { received, protocol } = test.collector.status().counts;
    return received + protocol - before.received - before.protocol;
  };
  const read = texts.filter((text) => text.trim() !== "").length;
  await test.until(() => seen() >= read);
  await test.until(({ counts }) => counts.received === counts.stored + counts.duplicates + counts.rejected);
  assert.equal(test.collector.status().connections[0]!.state, "open");
  assert.equal(twitch.counters.accepted, 1);
});

function sorted(tags: Map<string, string>): [string, string][] {
  return [...tags].sort(([a], [b]) => a < b ? -1 : 1);
}
