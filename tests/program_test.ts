import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { startTwitch } from "../src/demo/twitch.ts";
import { openSqliteReader } from "../src/archive/sqlite/threads/local_reader.ts";
import { privmsg } from "./support/lines.ts";
import { runProgram } from "./support/program.ts";
import { tempFolder } from "./support/temp.ts";

Deno.test("SIGTERM in mid-stream: all that was received is stored, and it exits 0 within 5 s", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await twitch.waitForJoin("alpha");

  const sending = sendFor(twitch, 1_500, 4);
  await delay(1_000);
  const askedAt = performance.now();
  program.kill("SIGTERM");
  const { code } = await program.ended;
  assert.equal(code, 0);
  assert.ok(performance.now() - askedAt < 5_000);

  const sent = await sending;
  const stored = await storedIds(dbPath);
  assert.ok(stored.length > 100);
  assert.deepEqual(stored, sent.slice(0, stored.length), "the beginning of what was sent, without a hole");
  const counts = await program.logged("recording ended");
  assert.equal(counts.stored, counts.received);
  assert.equal(counts.received, stored.length + 1, "each message, and the channel's state");
});

Deno.test("half a request does not keep it from stopping as it should", async () => {
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
  // An answer on another connection: the half one was taken up before.
  await (await fetch(`${program.url}/healthz`)).text();
  program.kill("SIGTERM");
  assert.equal((await program.ended).code, 0);
  await program.logged("recording ended");
});

Deno.test("a second signal ends at once what takes its time to stop", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await program.logged("joined #alpha");
  // Stopping writes what is left, and waits for the file each time.
  using other = new DatabaseSync(dbPath, { timeout: 5_000 });
  other.exec("BEGIN IMMEDIATE");
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));

  const askedAt = performance.now();
  program.kill("SIGTERM");
  await program.logged("stopping: SIGTERM");
  // What comes right after the first counts as the same keypress; so somebody presses until it ends.
  while (await Promise.race([program.ended, delay(50)]) === undefined) program.kill("SIGINT");
  assert.equal((await program.ended).code, 130);
  assert.ok(performance.now() - askedAt < 4_000);
});

Deno.test("kill -9: the file opens, nothing committed is missing, and at most the last 100 ms are lost", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  const sentAt = new Map<string, number>();
  {
    await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
    await twitch.waitForJoin("alpha");
    const sending = sendFor(twitch, 1_500, 2, (id) => sentAt.set(id, performance.now()));
    await delay(1_000);
    program.kill("SIGKILL");
    const killedAt = performance.now();
    await program.ended;
    await sending;
    const stored = new Set(await storedIds(dbPath));
    const lost = [...sentAt].filter(([id, at]) => at < killedAt - 100 && !stored.has(id));
    assert.deepEqual(lost, []);
    assert.ok(stored.size > 100);
  }
  await using again = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  assert.equal(await fetch(`${again.url}/healthz`).then((r) => r.text().then(() => r.status)), 200);
});

Deno.test("once it was stopped, the archive is whole in its one file", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await twitch.waitForJoin("alpha");
  await sendFor(twitch, 200, 4);
  await Promise.all(
    ["/", "/users", "/channels/1", "/search/messages?q=a"].map((path) =>
      fetch(program.url + path).then((answer) => answer.text())
    ),
  );
  program.kill("SIGTERM");
  assert.equal((await program.ended).code, 0);
  assert.equal(existsSync(`${dbPath}-wal`) ? statSync(`${dbPath}-wal`).size : 0, 0);
});

/** Sends `burst` messages every few milliseconds for so long, and yields their ids in order. */
async function sendFor(
  twitch: Awaited<ReturnType<typeof startTwitch>>,
  ms: number,
  burst: number,
  onSent?: (id: string) => void,
): Promise<string[]> {
  const ids: string[] = [];
  const endAt = performance.now() + ms;
  while (performance.now() < endAt) {
    for (let i = 0; i < burst; i++) {
      const id = crypto.randomUUID();
      if (twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id })) === 0) return ids;
      onSent?.(id);
      ids.push(id);
    }
    await delay(3);
  }
  return ids;
}

async function storedIds(dbPath: string): Promise<string[]> {
  await using reader = openSqliteReader({ path: dbPath });
  const channel = await reader.channelByLogin("alpha");
  const ids: string[] = [];
  let before: number | undefined;
  while (true) {
    const { events, more } = await reader.timeline({ channelId: channel!.id, before, limit: 200 });
    for (const event of events) if (event.kind === "message") ids.unshift(event.uuid!);
    before = events.at(-1)?.id;
    if (!more) return ids;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
