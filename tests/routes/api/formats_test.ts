/** The formats of logs, byte for byte. */
import assert from "node:assert/strict";
import { parseLine } from "../../../src/irc/syntax/parse.ts";
import { parseTags } from "../../../src/irc/syntax/tags.ts";
import { DAY, fixture, LINES, logSite } from "../../support/api/log_site.ts";

const FORMATS = [
  { flag: "raw", file: "log.raw.txt", type: "text/plain; charset=utf-8" },
  { flag: "", file: "log.text.txt", type: "text/plain; charset=utf-8" },
  { flag: "json", file: "log.json", type: "application/json" },
  { flag: "jsonBasic", file: "log.basic.json", type: "application/json" },
  { flag: "ndjson", file: "log.ndjson", type: "application/x-ndjson" },
];

for (const { flag, file, type } of FORMATS) {
  Deno.test(`the log of a day as ${flag || "text"} is ${file}, byte for byte`, async () => {
    using site = await logSite();
    const answer = await site.request(`${DAY}?${flag}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("Content-Type"), type);
    assert.equal(await answer.text(), fixture(file));
  });
}

/** The tags and the rest of a line. */
function partsOf(line: string) {
  const { tags, ...rest } = parseLine(line)!;
  return { tags: Object.fromEntries(parseTags(tags)), ...rest };
}

Deno.test("a raw log has every line of its commands with the same tags and values, and adds only a missing time", async () => {
  using site = await logSite();
  const raw = await (await site.request(`${DAY}?raw`)).text();
  assert.ok(raw.endsWith("\r\n"));
  const lines = raw.slice(0, -2).split("\r\n");
  const sent = LINES.filter((line) => !line.includes(" HOSTTARGET "));
  assert.equal(lines.length, sent.length);
  for (const [i, line] of lines.entries()) {
    assert.match(line, /^@(?:[^ ]*;)?tmi-sent-ts=\d+;/);
    const [own, original] = [partsOf(line), partsOf(sent[i]!)];
    if (!original.tags["tmi-sent-ts"]) {
      delete own.tags["tmi-sent-ts"];
      if (Object.keys(original.tags).length === 0) assert.equal(own.tags["room-id"], "9001");
      if (Object.keys(original.tags).length === 0) delete own.tags["room-id"];
    }
    assert.deepEqual(own, original);
  }
});

Deno.test("the objects of JSON agree with the raw line that they have", async () => {
  using site = await logSite();
  const { messages } = await (await site.request(`${DAY}?json`)).json();
  const types = { PRIVMSG: 1, CLEARCHAT: 2, ROOMSTATE: 3, USERNOTICE: 4, NOTICE: 6, CLEARMSG: 13 };
  assert.deepEqual(
    new Set(messages.map(({ type }: { type: number }) => type)),
    new Set(Object.values(types)),
  );
  for (const message of messages) {
    const { tags, command } = partsOf(message.raw);
    assert.deepEqual(message.tags, tags);
    assert.equal(message.type, types[command as keyof typeof types]);
    assert.equal(Date.parse(message.timestamp), Number(tags["tmi-sent-ts"]));
    assert.match(message.timestamp, /^2026-11-09T\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  const { messages: basic } = await (await site.request(`${DAY}?jsonBasic`)).json();
  const lines = (await (await site.request(`${DAY}?ndjson`)).text()).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), basic);
  assert.deepEqual(Object.keys(messages[0]), [
    "text",
    "displayName",
    "timestamp",
    "id",
    "tags",
    "username",
    "channel",
    "raw",
    "type",
  ]);
  assert.deepEqual(Object.keys(basic[0]), ["text", "displayName", "timestamp", "id", "tags"]);
});
