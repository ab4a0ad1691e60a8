import assert from "node:assert/strict";
import { lockArchive } from "../../src/archive/sqlite/file/lock.ts";
import { watchOptOuts } from "../../src/commands/support/watch_opt_outs.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { privmsg } from "../support/chat/lines.ts";
import { startTestCollector } from "../support/collector.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { OptOutList } from "../../src/archive/access/opt_out.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

Deno.test("while a program records, a command opts a user out, deletes their messages, and ends it", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  using _lock = lockArchive(dbPath, "serve");
  await using twitch = await startTwitch();
  let list = new OptOutList([]);
  await using test = startTestCollector({
    twitch,
    dbPath,
    optOutsChanged: (all) => list = new OptOutList(all),
  });
  await using reader = openSqliteReader({ path: dbPath });
  const recorder = {
    optOuts: () => list,
    reloadOptOuts: () => Promise.resolve(test.collector.reloadOptOuts()),
  };
  using _watch = watchOptOuts(reader, recorder, 20);
  await test.allJoined();
  const say = (userId: number, login: string) =>
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), userId, login }));
  say(11, "ann");
  say(12, "ben");
  await test.until(({ counts }) => counts.stored >= 3);

  const added = await runMaintenance(dbPath, "opt-out", "add", "user", "ann", "--delete");
  assert.equal(added.code, 0, added.stderr);
  await until(() => list.has("user", { twitchId: 11 }));
  say(11, "ann");
  await test.until(({ counts }) => counts.optedOut === 1);
  await until(async () => (await reader.timeline({ userId: 11, limit: 5 })).events.length === 0);
  assert.equal((await reader.timeline({ userId: 12, limit: 5 })).events.length, 1);

  const shown = await runMaintenance(dbPath, "opt-out", "list");
  assert.match(shown.stdout, /^user\tann\t11\t.*\tdeleted\n$/);
  const ended = await runMaintenance(dbPath, "opt-out", "end", "user", "11");
  assert.equal(ended.code, 0, ended.stderr);
  await until(() => list.isEmpty);
  assert.deepEqual(
    (await reader.auditLog(2)).map(({ by, action, object }) => [by, action, object]),
    [["command", "end opt-out", "user ann (11)"], [
      "command",
      "opt out",
      "user ann (11), stored messages: deleted",
    ]],
  );
});

Deno.test("what is wrong is named, with exit status 1", async () => {
  using folder = tempFolder();
  const wrong: [string[], RegExp][] = [
    [["add"], /Name what it is about/],
    [["add", "user", "no name!"], /“no name!” is neither a login nor a Twitch id/],
    [["end", "channel", "lake"], /channel lake has not opted out/],
    [["add", "bot", "x"], /Allowed choices are channel, user/],
  ];
  for (const [args, problem] of wrong) {
    const { code, stderr } = await runMaintenance(`${folder.path}/a.db`, "opt-out", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, problem);
  }
});
