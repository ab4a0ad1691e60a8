/** Replays recorded chat through the whole path: TLS, parser, archive, and back to lines. */
import assert from "node:assert/strict";
import { openSqliteReader } from "./support/archive/local_reader.ts";
import type { ChatEvent } from "../src/chat/events.ts";
import { unescapeTag } from "../src/irc/syntax/tags.ts";
import { startTwitch } from "../src/demo/server/twitch.ts";
import { formatEvent } from "../src/irc/format.ts";
import { parseLine } from "../src/irc/syntax/parse.ts";
import { readLine } from "../src/irc/read.ts";
import { startTestCollector } from "./support/collector.ts";
import { dataFile } from "./support/chat/recorded.ts";
import { tempFolder } from "./support/temp.ts";
import { everyEvent } from "./support/archive/every_event.ts";

for (
  const name of [
    "raw-forsen-2022.irc",
    "raw-forsen-2023.irc",
    "raw-session-harukakaribu-2024.irc",
    "kinds-dev.irc",
  ]
) {
  const file = dataFile(name);
  Deno.test({
    name:
      `${name}, flat out over TLS: received = stored + duplicates + rejects, and every line can be rebuilt`,
    ignore: file === undefined,
    fn: () => replay(Deno.readTextFileSync(file!)),
  });
}

async function replay(text: string): Promise<void> {
  // RECONNECT would make the collector reconnect; the collector's tests cover it.
  const lines = text.split("\n").filter((line) => line !== "" && parseLine(line)?.command !== "RECONNECT");
  const readings = lines.map(readLine);
  const channels = new Set(
    readings.flatMap((reading) => reading.kind === "chat" ? [reading.event.channel] : []),
  );

  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  let joinStates = 0;
  {
    await using test = startTestCollector({
      dbPath,
      twitch,
      channels: [...channels],
      channelsPerConnection: 1_000,
    });
    await test.until((status) => status.channels.every(({ state }) => state === "joined"));
    await test.until(({ counts }) => counts.stored === channels.size);
    const before = test.collector.status().counts;
    joinStates = before.stored;
    for (const line of lines) twitch.sendRaw(`${line}\r\n`);
    const chat = readings.filter(({ kind }) => kind !== "protocol").length;
    await test.until(({ counts }) => counts.received - before.received >= chat);
    await test.until(({ writer }) => writer.queue === 0);

    const { received, stored, duplicates, rejected, dropped } = test.collector.status().counts;
    assert.equal(received - before.received, chat, "to the line");
    assert.equal(received, stored + duplicates + rejected);
    assert.equal(rejected, readings.filter(({ kind }) => kind === "rejected").length);
    assert.equal(dropped, 0);
  }

  const all = await storedLines(dbPath);
  const isNew = newEvents(all.slice(0, joinStates));
  const expected = lines.filter((line, i) => {
    const reading = readings[i]!;
    return reading.kind === "chat" && isNew(reading.event, line);
  });
  const rebuilt = all.slice(joinStates);
  if (rebuilt.length !== expected.length) {
    const m = new Map<string, number>();
    for (const l of rebuilt) {
      const k = JSON.stringify(meaning(l));
      m.set(k, (m.get(k) ?? 0) + 1);
    }
    for (const l of expected) {
      const k = JSON.stringify(meaning(l));
      m.set(k, (m.get(k) ?? 0) - 1);
    }
    console.log([...m].filter(([, n]) => n !== 0).map(([k, n]) => n + " " + k.slice(0, 600)).join("\n"));
  }
  assert.equal(rebuilt.length, expected.length);
  for (const [i, line] of expected.entries()) assert.deepEqual(meaning(rebuilt[i]!), meaning(line));
}

/**
 * Recognizes duplicates: a message with a known id in its channel, a known moderation line, and a ROOMSTATE
 * that changes nothing.
 */
function newEvents(joinStates: readonly string[]): (event: ChatEvent, line: string) => boolean {
  const seen = new Set<string>();
  const known = new Map<string, Map<string, string>>();
  const changes = (line: string): boolean => {
    const { tags, params } = parseLine(line)!;
    const modes = known.get(params[0]!) ?? new Map<string, string>();
    known.set(params[0]!, modes);
    const told = tags.split(";").map((tag) => tag.split("=")).filter(([key]) =>
      key !== "" && key !== "room-id"
    );
    const changed = told.filter(([key, value = ""]) => modes.get(key!) !== value);
    for (const [key, value = ""] of told) modes.set(key!, value);
    return changed.length > 0;
  };
  for (const line of joinStates) changes(line);
  return (event, line) => {
    if (event.kind === "state") return changes(line);
    const isModeration = ["timeout", "ban", "clear", "deletion"].includes(event.kind);
    const isSaid = ["message", "action", "notice"].includes(event.kind);
    const { tags, command, params } = parseLine(line)!;
    const key = isModeration && event.sentAt !== undefined
      ? [command, params[0], command === "CLEARCHAT" && params[1], ...tags.split(";").sort()].join(" ")
      : !isModeration && event.uuid !== undefined
      ? `${event.channel} ${isSaid ? "said" : command} ${event.uuid}`
      : undefined;
    if (key === undefined) return true;
    return seen.size < seen.add(key).size;
  };
}

/** All stored events as lines, oldest first. */
async function storedLines(dbPath: string): Promise<string[]> {
  await using reader = openSqliteReader({ path: dbPath });
  return (await everyEvent(reader)).map(formatEvent);
}

/** The content of a line, independent of the order and the escapes of its tags. */
function meaning(text: string): unknown {
  const { tags, prefix, command, params } = parseLine(text)!;
  const values = new Map(
    tags.split(";").filter((tag) => tag !== "").map((tag) => {
      const eq = tag.indexOf("=");
      return eq < 0 ? [tag, ""] as const : [tag.slice(0, eq), unescapeTag(tag.slice(eq + 1))] as const;
    }),
  );
  return {
    prefix,
    command,
    params,
    tags: Object.fromEntries([...values].sort(([a], [b]) => a < b ? -1 : 1)),
  };
}
