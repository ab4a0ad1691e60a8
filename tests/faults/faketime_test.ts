/** The whole program with a wrong wall clock, by libfaketime. The monotonic clock is unchanged. */
import assert from "node:assert/strict";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { privmsg } from "../support/chat/lines.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { fetchPage } from "../support/http/fetch_page.ts";

const isThere = hasFaketime();
if (!isThere) console.log("faketime is not installed: the test with a faked clock is left out");

function hasFaketime(): boolean {
  try {
    return new Deno.Command("faketime", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "with a clock at +400 days, and at -2 days after a restart, every message has the right time, and pages report it",
  ignore: !isThere,
  async fn() {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    await using twitch = await startTwitch({ joinLimit: undefined });
    const from = Date.now();
    const sent: string[] = [];
    for (const shift of ["+400d", "-2d"]) {
      await using program = await runProgram({
        dbPath,
        twitch,
        env: { TWITCH_CHANNELS: "alpha" },
        through: ["faketime", "-m", "--exclude-monotonic", "-f", shift],
      });
      await twitch.waitForJoin("alpha");
      const talking = setInterval(() => {
        const id = crypto.randomUUID();
        if (twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id })) > 0) sent.push(id);
      }, 50);
      try {
        await program.logged("clock is wrong");
        const page = async (path: string) => await (await fetchPage(program.url + path)).text();
        await until(async () => /The clock of this machine is wrong/.test(await page("/channels")));
        const ready = await page("/readyz");
        assert.match(ready, /It says \d{4}-\d\d-\d\dT.*, and it is \d{4}-\d\d-\d\dT/);
        assert.match(await page("/metrics"), /^scrollback_clock_ok 0$/m);
      } finally {
        clearInterval(talking);
      }
    }
    await using reader = openSqliteReader({ path: dbPath });
    const { events } = await reader.timeline({ channelId: 1, limit: 200 });
    assert.deepEqual(
      events.filter(({ uuid }) => uuid).map(({ uuid }) => uuid).reverse(),
      sent.slice(-events.length),
    );
    for (const { id, kind } of events) {
      const at = receivedAt(id);
      assert.ok(at >= from - 2_000 && at <= Date.now(), `${kind} at ${at}`);
    }
    const { listening } = await reader.coverage(1, from - 1_000_000, Date.now() + 86_400_000);
    for (const { from: start, to } of listening) {
      assert.ok(start >= from - 2_000 && (to ?? 0) <= Date.now(), `${start} to ${to}`);
    }
  },
});
