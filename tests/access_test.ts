/** Who may use the archive, in the whole program: settings, threads, and commands in other processes. */
import assert from "node:assert/strict";
import { startTwitch } from "../src/demo/server/twitch.ts";
import { privmsg } from "./support/chat/lines.ts";
import { runMaintenance } from "./support/process/maintenance_command.ts";
import { runProgram } from "./support/process/program.ts";
import { tempFolder } from "./support/temp.ts";
import { until } from "./support/until.ts";

Deno.test("tokens, opt-outs and limits of settings and commands apply to a running program within seconds", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/archive.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  const env = {
    TWITCH_CHANNELS: "alpha",
    READ_ACCESS: "password",
    ADMIN_PASSWORD: "open sesame",
    RATE_LIMIT: "900000",
  };
  await using program = await runProgram({ dbPath, twitch, env });
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => {
    const answer = await fetch(program.url + path, { ...init, headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  await twitch.waitForJoin("alpha");
  const say = (userId: number, login: string, text: string) =>
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), userId, login, text }));
  say(11, "ann", "a hat of ann");
  say(12, "ben", "a hat of ben");

  assert.equal((await ask("/")).status, 401);
  const created = await runMaintenance(dbPath, "token", "create", "bot", "--scope=export", "--scope=manage");
  assert.equal(created.code, 0, created.stderr);
  const key = { "X-Api-Key": created.stdout.trim() };
  const found = async () => (await ask("/search/messages?q=hat&format=text", key)).text;
  await until(async () => (await found()).includes("hat of ben"));
  assert.match(await found(), /hat of ann/);
  const { headers } = await ask("/", key);
  assert.equal(headers.get("RateLimit-Limit"), "900000");

  const out = await runMaintenance(dbPath, "opt-out", "add", "user", "ann", "--delete");
  assert.equal(out.code, 0, out.stderr);
  await until(async () => (await ask("/users/ann", key)).status === 403);
  say(11, "ann", "another hat of ann");
  say(12, "ben", "another hat of ben");
  await until(async () => (await found()).includes("another hat of ben"));
  assert.doesNotMatch(await found(), /ann/);

  const body = JSON.stringify({ channels: ["alpha"] });
  const removed = await ask("/admin/channels", { ...key, "Content-Type": "application/json" }, {
    method: "DELETE",
    body,
  });
  assert.equal(removed.status, 200);
  await twitch.when(() => !twitch.joined("alpha"));

  assert.equal((await runMaintenance(dbPath, "token", "revoke", "bot")).code, 0);
  await until(async () => (await ask("/", key)).status === 401);
  assert.ok(!JSON.stringify(program.log).includes(key["X-Api-Key"]));
  const entry = await program.logged("disable channels");
  assert.match(String(entry.message), /^token bot from 127\.0\.0\.1: disable channels: alpha: done$/);
});
