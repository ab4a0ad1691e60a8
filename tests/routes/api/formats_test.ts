/** The formats of logs, byte for byte. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { parseLine } from "../../../src/irc/syntax/parse.ts";
import { parseTags } from "../../../src/irc/syntax/tags.ts";
import { isLogged } from "../../../src/chat_log/formats.ts";
import { readLine } from "../../../src/irc/read.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { DAY, fixture, LINES, logSite, RECEIVED_AT, receivedLines } from "../../support/api/log_site.ts";
import { dataFile } from "../../support/chat/recorded.ts";

const FORMATS = [
  { flag: "raw", file: "log.raw.txt", type: "text/plain; charset=utf-8" },
  { flag: "", file: "log.text.txt", type: "text/plain; charset=utf-8" },
  { flag: "json", file: "log.json", type: "application/json" },
  { flag: "jsonBasic", file: "log.basic.json", type: "application/json" },
  { flag: "ndjson", file: "log.ndjson", type: "application/x-ndjson" },
];

for (const { flag, file, type } of FORMATS) {
  Deno.test(`the log of a day as ${flag || "text"} is ${file}, byte for byte`, async () => {
    using site = logSite();
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
  using site = logSite();
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
  using site = logSite();
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

Deno.test("flags count by their presence, and the first of raw, jsonBasic, json, ndjson decides", async () => {
  using site = logSite();
  const kindOf = async (query: string, headers: HeadersInit = {}) => {
    const answer = await site.request(`${DAY}?limit=1&${query}`, { headers });
    const text = await answer.text();
    if (text.startsWith("[")) return "text";
    if (text.startsWith("@")) return "raw";
    if (text.startsWith('{"messages"')) return "raw" in JSON.parse(text).messages[0] ? "json" : "jsonBasic";
    return "ndjson";
  };
  const cases: [query: string, kind: string, headers?: HeadersInit][] = [
    ["", "text"],
    ["json", "json"],
    ["json=1", "json"],
    ["json=0", "json"],
    ["json=false", "json"],
    ["jsonBasic", "jsonBasic"],
    ["jsonbasic", "text"],
    ["ndjson=", "ndjson"],
    ["raw=no", "raw"],
    ["ndjson&json", "json"],
    ["ndjson&json&jsonBasic", "jsonBasic"],
    ["ndjson&json&jsonBasic&raw", "raw"],
    ["type=json", "json"],
    ["type=raw", "raw"],
    ["type=raw&json", "raw"],
    ["type=json&raw", "raw"],
    ["type=json&jsonBasic", "jsonBasic"],
    ["", "json", { "Content-Type": "application/json" }],
    ["", "json", { "Content-Type": "Application/JSON; charset=utf-8" }],
    ["raw", "raw", { "Content-Type": "application/json" }],
    ["ndjson", "json", { "Content-Type": "application/json" }],
    ["", "text", { "Content-Type": "text/plain" }],
  ];
  for (const [query, kind, headers] of cases) {
    assert.equal(await kindOf(query, headers), kind, `${query} ${JSON.stringify(headers ?? {})}`);
  }
});

Deno.test("messages are in the order in which they were received", async () => {
  using site = logSite();
  const { messages } = await (await site.request(`${DAY}?json`)).json();
  const stored = site.recorder.stored.filter(({ text }) => !text.includes("HOSTTARGET"));
  assert.deepEqual(
    messages.map(({ timestamp }: { timestamp: string }) => Date.parse(timestamp)),
    stored.map(({ id, sentAt }) => sentAt ?? receivedAt(id)),
  );
});

const KINDS = dataFile("kinds-dev.irc");

Deno.test({
  name: "recorded lines of every kind are in the logs of their channels, in every format, as they were",
  ignore: KINDS === undefined,
  async fn() {
    using site = logSite();
    const byChannel = new Map<string, string[]>();
    for (const line of Deno.readTextFileSync(KINDS!).split("\n")) {
      const reading = readLine(line);
      if (reading.kind !== "chat" || !isLogged(line)) continue;
      const lines = byChannel.get(reading.event.channel) ?? [];
      byChannel.set(reading.event.channel, [...lines, line]);
    }
    assert.ok(byChannel.size > 20);
    let seen = 0;
    for (const [n, [login, lines]] of [...byChannel].entries()) {
      if (login === "harborlight") continue;
      const [channel] = await site.recorder.addChannels([login]);
      const at = RECEIVED_AT + n * 60_000;
      // Each at its own time: equal messages of one moment would be one.
      const stored = site.recorder.store(channel!.id, receivedLines(lines, at));
      const span = `from=${new Date(at - 86_400_000).toISOString()}&to=${
        new Date(at + 86_400_000).toISOString()
      }`;
      const read = async (flag: string) =>
        await (await site.request(`/channel/${login}?${span}&${flag}`)).text();
      const raw = (await read("raw")).split("\r\n").slice(0, -1);
      assert.equal(raw.length, stored.length, login);
      const { messages } = JSON.parse(await read("json"));
      const texts = (await read("")).split("\r\n").slice(0, -1);
      assert.equal(messages.length, raw.length);
      assert.equal(texts.length, raw.length);
      // A ROOMSTATE that changes nothing is not stored.
      const originals = lines.map(partsOf);
      for (const [i, line] of raw.entries()) {
        const own = partsOf(line);
        const isOwn = ({ tags, ...rest }: ReturnType<typeof partsOf>) =>
          isDeepStrictEqual(rest, { prefix: own.prefix, command: own.command, params: own.params }) &&
          Object.entries(tags).every(([key, value]) =>
            own.tags[key] === value || key === "tmi-sent-ts" && value === ""
          );
        while (originals.length > 0 && !isOwn(originals[0]!)) {
          assert.equal(originals.shift()!.command, "ROOMSTATE", `${lines[i]} is missing`);
        }
        assert.ok(originals.shift(), `${line} was not sent`);
        assert.equal(messages[i].raw, line);
        assert.deepEqual(messages[i].tags, own.tags);
        assert.ok(texts[i]!.endsWith(messages[i].text), texts[i]);
        seen++;
      }
    }
    assert.ok(seen > 300, `${seen} lines`);
  },
});
