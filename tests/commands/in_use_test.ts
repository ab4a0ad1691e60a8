import assert from "node:assert/strict";
import { link } from "../support/link.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

/** Nobody speaks IRC there. */
const env = { TWITCH_IRC_URL: "irc://127.0.0.1:9" };

Deno.test("a second program on the same file refuses with 69, and says which process holds it and where", async () => {
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

Deno.test("kill -9 lets go of the archive: the next program starts", async () => {
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
