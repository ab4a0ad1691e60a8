/** Outages are back-filled from a history service at 1,000 messages a second. */
import assert from "node:assert/strict";
import { startHistory } from "../../src/demo/history.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { delay, readIds, Stage } from "./support/stage.ts";

Deno.test("outages are back-filled completely from the history service, and shown as filled", async () => {
  await using history = await startHistory({ kept: 5_000 });
  await using stage = await Stage.open({
    channels: 20,
    env: { HISTORY_URL: history.url },
    standIn: { onSaid: (line) => history.hear(line) },
  });
  stage.startSending();
  for (let round = 0; round < 3; round++) {
    await stage.sentMore(1_000);
    await stage.twitch.dropAll({ hard: true });
    await stage.allJoined();
  }
  await stage.sentMore(1_000);
  stage.stopSending();
  const states = async () => (await stage.gaps("channel_0")).map(({ state }) => state).join();
  await until(async () => await states() === "filled,filled,filled");
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
});

Deno.test("messages sent while the server refused connections are back-filled", async () => {
  await using history = await startHistory({ kept: 5_000 });
  await using stage = await Stage.open({
    channels: 20,
    env: { HISTORY_URL: history.url },
    standIn: { onSaid: (line) => history.hear(line) },
  });
  stage.startSending();
  await stage.sentMore(1_000);
  await stage.serverGone(() => delay(3_000));
  await stage.allJoined();
  await stage.sentMore(500);
  await stage.storedIds();
  for (const login of stage.channels) {
    await until(async () => (await stage.gaps(login)).every(({ state }) => state === "filled"));
  }
  const all = await readIds(stage.dbPath);
  assert.ok(stage.undelivered.size > 2_000);
  assert.deepEqual([...stage.undelivered.keys()].filter((id) => !all.has(id)), []);
  assert.deepEqual(stage.missing(all), []);
});

Deno.test("a Scrollback fills its gap from another one that only a token may read", async () => {
  using folder = tempFolder();
  // Two servers of one network: the second one breaks, and the other Scrollback hears on.
  await using all = await startTwitch({ joinLimit: undefined });
  await using donor = await runProgram({
    dbPath: `${folder.path}/donor.db`,
    twitch: all,
    env: { TWITCH_CHANNELS: "channel_0", READ_ACCESS: "password", ADMIN_PASSWORD: "a password of the donor" },
  });
  await all.waitForJoin("channel_0");
  const HISTORY_TOKEN = await tokenOf(donor.url, "a password of the donor");
  await using stage = await Stage.open({
    channels: 1,
    env: { HISTORY_URL: `${donor.url}/api/v2/recent-messages/{login}`, HISTORY_TOKEN },
    standIn: { onSaid: (line) => void all.send(line) },
  });
  stage.startSending();
  await stage.sentMore(1_000);
  await stage.serverGone(() => delay(1_500));
  await stage.allJoined();
  await stage.sentMore(500);
  await stage.storedIds();
  await until(async () => (await stage.gaps("channel_0")).every(({ state }) => state === "filled"));
  const stored = await readIds(stage.dbPath);
  assert.ok(stage.undelivered.size > 500);
  assert.deepEqual([...stage.undelivered.keys()].filter((id) => !stored.has(id)), []);
  assert.deepEqual(stage.missing(stored), []);
  assert.deepEqual(stage.program.log.filter(({ message }) => /cannot fill/.test(String(message))), []);
});

/** Makes a token on the page of a Scrollback, as its owner does. */
async function tokenOf(url: string, password: string): Promise<string> {
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };
  const post = (path: string, fields: Record<string, string>, more = {}) =>
    fetch(url + path, {
      method: "POST",
      headers: { ...headers, ...more },
      body: String(new URLSearchParams(fields)),
      redirect: "manual",
    });
  const login = await post("/login", { password });
  await login.body?.cancel();
  const Cookie = login.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  const page = await post("/tokens", { name: "healer", days: "", read: "on" }, { Cookie });
  return /sbk_[\w-]{43}/.exec(await page.text())![0];
}
