import { existsSync } from "node:fs";
import assert from "node:assert/strict";
import { link } from "../support/link.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { privmsg } from "../support/chat/lines.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

/** No IRC server listens there. */
const env = { TWITCH_IRC_URL: "irc://127.0.0.1:9" };

Deno.test("a second program on the same file exits with 69 and names the process that has it and its address", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  await using first = await runProgram({ dbPath, env });
  await link(dbPath, `${folder.path}/link.db`);
  for (const path of [dbPath, `${folder.path}/link.db`]) {
    await assert.rejects(runProgram({ dbPath: path, env }), ({ message }: Error) => {
      assert.match(message, /^it ended with 69:/);
      assert.ok(
        message.includes(`is in use by process ${first.pid}, whose pages are at ${first.url}, since 2`),
        message,
      );
      return true;
    });
  }
  assert.equal((await fetch(`${first.url}/healthz`).then((r) => r.text().then(() => r))).status, 200);
});

Deno.test("kill -9 releases the archive: the next program starts", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  {
    await using first = await runProgram({ dbPath, env });
    first.kill("SIGKILL");
    await first.ended;
    assert.ok(
      Deno.readTextFileSync(`${dbPath}.lock`).includes(String(first.pid)),
      "its words are still there",
    );
  }
  await using second = await runProgram({ dbPath, env });
  assert.ok(second.url);
});

Deno.test("a second program on a hard link is refused, also after the lock file was removed", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  await using first = await runProgram({ dbPath, env });
  Deno.linkSync(dbPath, `${folder.path}/other.db`);
  Deno.removeSync(`${dbPath}.lock`);
  for (const path of [dbPath, `${folder.path}/other.db`]) {
    await assert.rejects(runProgram({ dbPath: path, env }), /it ended with 69:.* is in use by /s);
  }
  const lock = `${dbPath}.lock`;
  await until(() => existsSync(lock) && Deno.readTextFileSync(lock).includes(first.url));
});

Deno.test("while another program has the lock, nothing is written, pages say so, and nothing is lost", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/twitch.db`;
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({ dbPath, twitch, env: { TWITCH_CHANNELS: "alpha" } });
  await twitch.waitForJoin("alpha");
  const say = (text: string) =>
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id: crypto.randomUUID(), text }));
  const page = async (path: string) => await (await fetch(program.url + path)).text();
  const shows = async (path: string, words: string) => {
    await until(async () => (await page(path)).includes(words));
  };
  say("before");
  await shows("/channels/1", "before");
  Deno.removeSync(`${dbPath}.lock`);
  {
    using other = Deno.openSync(`${dbPath}.lock`, { write: true, createNew: true });
    assert.ok(other.tryLockSync(true));
    await program.logged("is in use by another program");
    say("meanwhile");
    await shows("/metrics", "scrollback_received_total 3");
    assert.match(await page("/readyz"), /"ready":false.*is in use by another program/);
    assert.match(await page("/"), /cannot be written to the archive.*is in use by another program/s);
    assert.doesNotMatch(await page("/channels/1"), /meanwhile/);
  }
  await shows("/channels/1", "meanwhile");
  await shows("/readyz", '"ready":true');
});
