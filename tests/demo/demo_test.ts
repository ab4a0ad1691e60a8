import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/demo.ts";
import { startDemoThread } from "../../src/demo/thread.ts";
import { readLine } from "../../src/irc/read.ts";
import { Visitor } from "./visitor.ts";

Deno.test("the demo's channels can be joined, no others, and people talk there", async () => {
  await using demo = await startDemo({ rate: 500, seed: 3 });
  await using visitor = await Visitor.join(demo, "no_such_channel", ...demo.channels);
  for (const login of demo.channels) await visitor.until(`PRIVMSG #${login} :`);
  assert.ok(!visitor.lines.some((line) => line.includes("no_such_channel")));
  const reading = readLine(await visitor.until("PRIVMSG"));
  assert.ok(reading.kind === "chat");
  assert.ok(Math.abs(reading.event.sentAt! - Date.now()) < 60_000);
});

Deno.test("with a file its channels are known by their ids, and it is played once all of them are joined", async () => {
  const path = await Deno.makeTempFile({ suffix: ".irc" });
  try {
    const line = (login: string, id: number, at: number) =>
      `@room-id=${id};tmi-sent-ts=${at};user-id=5 :bo!bo@bo.tmi.twitch.tv PRIVMSG #${login} :number ${at}`;
    await Deno.writeTextFile(path, `${line("a", 11, 1)}\n${line("b", 22, 2)}\n`);
    await using demo = await startDemo({ replay: { path, speed: "flat" } });
    assert.deepEqual(demo.channels, ["a", "b"]);
    await using visitor = await Visitor.join(demo, "a", "b");
    await visitor.until("number 2");
    assert.deepEqual(await demo.finished, { sent: 2, unheard: 0, skipped: 0 });
    assert.ok(visitor.lines.some((line) => line.includes("room-id=22;") && line.includes("ROOMSTATE #b")));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a demo that nobody came to can be closed, and one whose file is missing does not start", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, ":tmi.twitch.tv ROOMSTATE #a\n");
  const demo = await startDemo({ replay: { path, speed: 1 } });
  await demo[Symbol.asyncDispose]();
  assert.equal(await demo.finished, undefined);
  await Deno.remove(path);
  await assert.rejects(startDemo({ replay: { path, speed: 1 } }), /no such file/);
});

Deno.test("it runs on a thread of its own, whose connections end with it", async () => {
  const demo = await startDemoThread({ rate: 100 });
  await using visitor = await Visitor.join(demo, demo.channels[0]!);
  await visitor.until("PRIVMSG");
  demo[Symbol.dispose]();
  await visitor.untilEnd().catch(() => {});
});

Deno.test("a thread whose file is missing does not start, and says why", async () => {
  const { pathname: path } = new URL("missing.irc", import.meta.url);
  await assert.rejects(
    startDemoThread({ replay: { path, speed: 1 } }),
    /the stand-in for Twitch could not start: .*no such file/,
  );
});
