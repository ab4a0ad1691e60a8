import assert from "node:assert/strict";
import { KINDS } from "../../src/chat/events.ts";
import { readTag } from "../../src/irc/syntax/tags.ts";
import { EMOTES } from "../../src/demo/script/cast.ts";
import { emoteRanges } from "../../src/demo/script/emotes.ts";
import { inventedRoomId } from "../../src/demo/server/rules.ts";
import { chatter, type ChatterOptions, demoChannels, type ScriptLine } from "../../src/demo/script/script.ts";
import { isMark } from "../../src/irc/syntax/marks.ts";
import { readLine } from "../../src/irc/read.ts";

function take(count: number, options: ChatterOptions): ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (const line of chatter(options)) if (lines.push(line) === count) break;
  return lines;
}

Deno.test("the same seed gives the same chat, another seed another one", () => {
  const options = { seed: 7, startMs: 1_700_000_000_000 };
  assert.deepEqual(take(500, options), take(500, options));
  assert.notDeepEqual(take(500, options), take(500, { ...options, seed: 8 }));
});

Deno.test("it has every kind of event but raw and clear, all of them well formed and of known channels", () => {
  const kinds = new Set<string>();
  const logins = new Set(demoChannels().map(({ login }) => login));
  const notices = new Set<string | undefined>();
  for (const { at, line } of take(20_000, { startMs: 1_700_000_000_000 })) {
    const reading = readLine(line);
    assert.ok(reading.kind === "chat", line);
    const { event } = reading;
    kinds.add(event.kind);
    assert.ok(logins.has(event.channel));
    if (event.kind !== "server") assert.equal(event.roomId, inventedRoomId(event.channel));
    if (event.kind !== "server" && event.kind !== "state") assert.equal(event.sentAt, at);
    assert.ok(!event.tags.some(isMark), line);
    if (event.kind === "notice") notices.add(readTag(event.tags, "msg-id"));
  }
  assert.deepEqual([...kinds].sort(), KINDS.filter((kind) => kind !== "raw" && kind !== "clear").sort());
  assert.deepEqual(
    [...notices].sort(),
    ["announcement", "raid", "resub", "sub", "subgift", "submysterygift"],
  );
});

Deno.test("deletions and timeouts are of somebody who has just been there", () => {
  const said = new Map<string, string>();
  for (const { line } of take(20_000, { startMs: 1_700_000_000_000 })) {
    const reading = readLine(line);
    assert.ok(reading.kind === "chat");
    const { event } = reading;
    if (event.kind === "message") said.set(event.uuid!, event.text).set(event.author!.login, "");
    if (event.kind === "deletion") assert.equal(said.get(event.uuid!), event.text);
    if (event.kind === "timeout" || event.kind === "ban") assert.ok(said.has(event.author!.login));
  }
});

Deno.test("it comes at the rate that was asked for", () => {
  const lines = take(5000, { startMs: 0, rate: 50 });
  const seconds = lines.at(-1)!.at / 1000;
  assert.ok(seconds > 90 && seconds < 110, `${seconds} s`);
});

Deno.test("emote ranges count code points", () => {
  assert.equal(emoteRanges("Kappa hi Kappa"), `${EMOTES.Kappa}:0-4,9-13`);
  assert.equal(emoteRanges("🎉🎉 LUL 草 4Head"), `${EMOTES.LUL}:3-5/${EMOTES["4Head"]}:9-13`);
  assert.equal(emoteRanges("nothing here"), "");
});

Deno.test("more channels than the cast has come under names with a number", () => {
  const logins = demoChannels(10).map(({ login }) => login);
  assert.equal(new Set(logins).size, 10);
  assert.equal(logins[6], `${logins[0]}_2`);
});
