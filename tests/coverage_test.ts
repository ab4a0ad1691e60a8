import assert from "node:assert/strict";
import { CoverageJson } from "../routes/channels/coverage_json.ts";
import { startHistory } from "../src/demo/history.ts";
import { startTwitch } from "../src/demo/server/twitch.ts";
import { privmsg } from "./support/chat/lines.ts";
import { type Running, runProgram } from "./support/process/program.ts";
import { tempFolder } from "./support/temp.ts";
import { until } from "./support/until.ts";
import { DatabaseSync } from "node:sqlite";

async function coverage({ url }: Running): Promise<CoverageJson> {
  const response = await fetch(`${url}/channels/1/coverage`, { headers: { Accept: "application/json" } });
  return CoverageJson.parse(await response.json());
}

/** The end of the recorded coverage. */
function knownAt(dbPath: string): number {
  using db = new DatabaseSync(dbPath, { readOnly: true });
  return Number(db.prepare("SELECT listening_at FROM archive").get()!.listening_at);
}

Deno.test("kill -9 of the whole program: coverage has the gap, to the second, and it is back-filled", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using history = startHistory();
  await using twitch = await startTwitch({ joinLimit: undefined, onSaid: (line) => history.hear(line) });
  const env = { TWITCH_CHANNELS: "alpha", HISTORY_URL: history.url };
  const say = (text: string) =>
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text }));
  let killedAt: number;
  {
    await using program = await runProgram({ dbPath, twitch, env });
    await twitch.waitForJoin("alpha");
    say("before the kill");
    await until(async () => (await coverage(program)).listening.length === 1);
    // Coverage is recorded every second.
    const listenedAt = knownAt(dbPath);
    await until(() => knownAt(dbPath) > listenedAt);
    program.kill("SIGKILL");
    killedAt = Date.now();
    await program.ended;
  }
  for (let n = 0; n < 30; n++) say(`unheard ${n}`);
  await using program = await runProgram({ dbPath, twitch, env });
  await twitch.waitForJoin("alpha");
  const joinedAt = Date.now();
  await until(async () => (await coverage(program)).gaps.some(({ state }) => state === "filled"));

  const { gaps, percent } = await coverage(program);
  const gap = gaps.find(({ reason }) => reason === "killed")!;
  assert.ok(Math.abs(Date.parse(gap.from) - killedAt) <= 1_000, "from");
  assert.ok(Math.abs(Date.parse(gap.to!) - joinedAt) <= 1_000, "to");
  assert.equal(gap.fills.reduce((sum, fill) => sum + fill.messages, 0), 30);
  assert.equal(gap.fills[0]!.source, history.host);
  assert.equal(gap.missing_ms, 0);
  assert.ok(percent! > 50 && percent! <= 100, "filled gaps count as recorded");
  const page = await (await fetch(`${program.url}/channels/1`)).text();
  assert.match(page, /Not recorded .*ended without warning.* filled from 127\.0\.0\.1:\d+ \(30 messages\)/s);
  assert.match(page, /unheard 29/);
});
