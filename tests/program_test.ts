import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { existsSync, statSync } from "node:fs";
import { startTwitch } from "../src/demo/server/twitch.ts";
import { privmsg } from "./support/chat/lines.ts";
import { runProgram } from "./support/process/program.ts";
import { tempFolder } from "./support/temp.ts";
import { until } from "./support/until.ts";
import { lockForWriting } from "./support/archive/write_lock.ts";
import { everyMessage } from "./support/archive/every_event.ts";

Deno.test("SIGTERM during recording: all received messages are stored, and it exits with 0 within 5 s", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await twitch.waitForJoin("alpha");

  const sending = send(twitch, { bursts: 500, burst: 4 });
  await until(() => sending.ids.length >= 1_000);
  const askedAt = performance.now();
  program.kill("SIGTERM");
  const { code } = await program.ended;
  assert.equal(code, 0);
  assert.ok(performance.now() - askedAt < 5_000);

  const sent = await sending.ended;
  const stored = await storedIds(dbPath);
  assert.ok(stored.length > 100);
  assert.deepEqual(stored, sent.slice(0, stored.length), "the beginning of what was sent, without a hole");
  const counts = await program.logged("recording ended");
  assert.equal(counts.stored, counts.received);
  assert.equal(counts.received, stored.length + 1, "each message, and the channel's state");
});

Deno.test("an incomplete request does not delay the shutdown", async () => {
  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    twitch,
    env: { TWITCH_CHANNELS: "alpha" },
  });
  const { hostname, port } = new URL(program.url);
  using half = await Deno.connect({ hostname, port: Number(port) });
  const head = "POST /channels HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  await half.write(new TextEncoder().encode(`${head}Content-Length: 100\r\n\r\nlogin=a`));
  // After a response on another connection, the incomplete request was accepted before.
  await (await fetch(`${program.url}/healthz`)).text();
  program.kill("SIGTERM");
  assert.equal((await program.ended).code, 0);
  await program.logged("recording ended");
});

Deno.test("a second signal ends a slow shutdown at once", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await program.logged("joined #alpha");
  // The shutdown writes the remaining events, and waits for the locked file each time.
  using _lock = lockForWriting(dbPath);
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));

  const askedAt = performance.now();
  program.kill("SIGTERM");
  await program.logged("stopping: SIGTERM");
  // A signal right after the first counts as the same keypress, so send it until the program ends.
  while (await Promise.race([program.ended, setTimeout(50)]) === undefined) program.kill("SIGINT");
  assert.equal((await program.ended).code, 130);
  assert.ok(performance.now() - askedAt < 4_000);
});

Deno.test("kill -9: the file opens, no committed message is missing, and at most the last 100 ms are lost", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  const sentAt = new Map<string, number>();
  {
    await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
    await twitch.waitForJoin("alpha");
    const sending = send(twitch, { bursts: 500, burst: 2 }, (id) => sentAt.set(id, performance.now()));
    await until(() => sending.ids.length >= 500);
    program.kill("SIGKILL");
    const killedAt = performance.now();
    await program.ended;
    await sending.ended;
    const stored = new Set(await storedIds(dbPath));
    const lost = [...sentAt].filter(([id, at]) => at < killedAt - 100 && !stored.has(id));
    assert.deepEqual(lost, []);
    assert.ok(stored.size > 100);
  }
  await using again = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  assert.equal(await fetch(`${again.url}/healthz`).then((r) => r.text().then(() => r.status)), 200);
});

Deno.test("after a stop, the archive is complete in one file", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await twitch.waitForJoin("alpha");
  await send(twitch, { bursts: 50, burst: 4 }).ended;
  await Promise.all(
    ["/", "/users", "/channels/1", "/search/messages?q=a"].map((path) =>
      fetch(program.url + path).then((answer) => answer.text())
    ),
  );
  program.kill("SIGTERM");
  assert.equal((await program.ended).code, 0);
  assert.equal(existsSync(`${dbPath}-wal`) ? statSync(`${dbPath}-wal`).size : 0, 0);
});

/**
 * Sends bursts of messages, one every few milliseconds, until no connection is left.
 * @returns the ids sent so far, in order; all of them at the end
 */
function send(
  twitch: Awaited<ReturnType<typeof startTwitch>>,
  { bursts, burst }: { bursts: number; burst: number },
  onSent?: (id: string) => void,
): { ids: string[]; ended: Promise<string[]> } {
  const ids: string[] = [];
  const sending = async () => {
    for (let n = 0; n < bursts * burst; n++) {
      const id = crypto.randomUUID();
      if (twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id })) === 0) break;
      onSent?.(id);
      ids.push(id);
      if (n % burst === burst - 1) await setTimeout(3);
    }
    return ids;
  };
  return { ids, ended: sending() };
}

/** Twitch's ids of all stored messages, oldest first. */
const storedIds = async (dbPath: string) => (await everyMessage(dbPath, 1)).map(({ uuid }) => uuid!);
