import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import type { Clock } from "../../src/demo/clock.ts";
import { fileChannels, fileLines } from "../../src/demo/line_file.ts";
import { replay } from "../../src/demo/replay.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { Visitor } from "./visitor.ts";

const said = (at: number, text: string) =>
  `@room-id=77;tmi-sent-ts=${at};user-id=5 :bo!bo@bo.tmi.twitch.tv PRIVMSG #a :${text}`;

/** A clock that jumps to wherever somebody sleeps. */
class JumpingClock implements Clock {
  time = 1_000_000;
  slept: number[] = [];
  now() {
    return this.time;
  }
  sleep(ms: number) {
    this.slept.push(ms);
    this.time += ms;
    return Promise.resolve();
  }
}

async function withFile(name: string, content: string | Uint8Array, run: (path: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/${name}`;
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    await run(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function all(path: string) {
  const lines = [];
  for await (const some of fileLines(path)) lines.push(...some);
  return lines;
}

Deno.test("files are raw lines or rows with a time, plain or compressed", async () => {
  const lines = [{ line: said(5, "草"), at: 5 }, { line: "PING", at: undefined }];
  const text = lines.map(({ line }) => line).join("\n");
  await withFile("a.irc", text, async (path) => assert.deepEqual(await all(path), lines));
  await withFile(
    "a.irc.zst",
    zstdCompressSync(text),
    async (path) => assert.deepEqual(await all(path), lines),
  );
  await withFile("a.tsv", `17\t${said(5, "tab\there")}\r\n18\tPING\n`, async (path) => {
    assert.deepEqual(await all(path), [{ line: said(5, "tab\there"), at: 17 }, { line: "PING", at: 18 }]);
  });
});

Deno.test("a file's channels come with their ids", async () => {
  const text = `:x!x@x.tmi.twitch.tv PRIVMSG #a :early\n${
    said(1, "hi")
  }\n:tmi.twitch.tv ROOMSTATE #b\nPING\n`;
  await withFile("a.irc", text, async (path) => {
    assert.deepEqual([...await fileChannels(path)], [["a", 77], ["b", undefined]]);
  });
});

Deno.test("lines are played with the pauses that they had, divided by the speed, and long ones shortened", async () => {
  await using twitch = await startTwitch();
  await using visitor = await Visitor.join(twitch, "a");
  await twitch.waitForJoin("a");
  const times = [1000, 1500, 1200, 3500, 9_999_999];
  await withFile("a.irc", times.map((at) => said(at, `at ${at}`)).join("\n"), async (path) => {
    const clock = new JumpingClock();
    const result = await replay(twitch, { path, speed: 2, maxPauseMs: 10_000, clock });
    assert.deepEqual(clock.slept, [250, 1000, 5000]);
    assert.deepEqual(result, { sent: 5, unheard: 0, skipped: 0 });
  });
  await visitor.until("at 9999999");
  assert.deepEqual(visitor.lines.slice(-5), times.map((at) => said(at, `at ${at}`)));
});

Deno.test("flat out every line arrives, in order; control lines are left out and counted", async () => {
  await using twitch = await startTwitch();
  await using visitor = await Visitor.join(twitch, "a");
  await twitch.waitForJoin("a");
  const lines = Array.from({ length: 30_000 }, (_, i) => said(i * 1000, `${"x".repeat(100)} ${i}`));
  const file = [...lines, "PING :x", ":tmi.twitch.tv RECONNECT", ":tmi.twitch.tv ROOMSTATE #b", "PRIVMSG"];
  await withFile("a.irc", file.join("\n"), async (path) => {
    const reading = visitor.until("x 29999");
    assert.deepEqual(await replay(twitch, { path, speed: "flat" }), { sent: 30_001, unheard: 1, skipped: 2 });
    await reading;
    assert.deepEqual(visitor.lines.filter((line) => line.includes("PRIVMSG #a")), lines);
    const heard = visitor.until("RECONNECT");
    await replay(twitch, { path, speed: "flat", control: true });
    await heard;
  });
});

Deno.test("it stops when it is told to", async () => {
  await using twitch = await startTwitch();
  const stop = new AbortController();
  await withFile("a.irc", `${said(0, "one")}\n${said(20_000, "two")}`, async (path) => {
    const playing = replay(twitch, { path, speed: 1, signal: stop.signal });
    stop.abort();
    assert.equal((await playing).sent, 0);
  });
});
