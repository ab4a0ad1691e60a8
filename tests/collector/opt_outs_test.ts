import assert from "node:assert/strict";
import type { OptOut } from "../../src/archive/access/opt_out.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { gaps, messages, outage, say, scene } from "../support/backfill.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { clearchat, clearmsg, privmsg } from "../support/chat/lines.ts";
import { startTestCollector } from "../support/collector.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

/** A recorded channel with an archive that the test reads, too. */
async function recording(optOutsChanged?: (all: readonly OptOut[]) => void) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const dbPath = `${folder.path}/a.db`;
  const twitch = stack.use(await startTwitch());
  const test = stack.use(startTestCollector({ twitch, dbPath, optOutsChanged }));
  await test.allJoined();
  test.collector.watch(1);
  const room = { channel: "alpha", roomId: twitch.roomId("alpha") };
  const optOut = (more: Partial<OptOut>) =>
    test.collector.change({
      kind: "opt out",
      optOut: { kind: "user", at: Date.now(), stored: "hidden", ...more },
    });
  return {
    dbPath,
    twitch,
    test,
    room,
    optOut,
    /** Sends a line of somebody else, and waits until it is stored: then everything before it is decided. */
    async settled(text: string) {
      twitch.send(privmsg({ ...room, login: "ben", userId: 12, text }));
      await test.until(() => test.committed.some((event) => event.text === text));
    },
    stored: () => test.committed.filter(({ kind }) => kind !== "state").map(({ text }) => text),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("messages of a user who has opted out are neither stored nor announced, and are no gap", async () => {
  await using it = await recording();
  const { twitch, test, room, optOut } = it;
  const ann = { ...room, login: "ann", userId: 11 };
  twitch.send(privmsg({ ...ann, text: "before" }));
  await it.settled("one");
  optOut({ twitchId: 11, login: "ann" });
  twitch.send(privmsg({ ...ann, text: "after" }));
  twitch.send(privmsg({ ...ann, login: "renamed", text: "under another name" }));
  twitch.send(clearchat({ ...ann, seconds: 60 }));
  twitch.send(clearmsg({ channel: "alpha", login: "ann", targetId: crypto.randomUUID(), text: "deleted" }));
  twitch.send(privmsg({ ...ann, userId: 99, text: "somebody else has the login" }));
  await it.settled("two");
  assert.deepEqual(it.stored(), ["before", "one", "somebody else has the login", "two"]);
  assert.equal(test.collector.status().counts.optedOut, 4);
  assert.equal(test.collector.status().counts.rejected, 0);
  await using reader = openSqliteReader({ path: it.dbPath });
  assert.deepEqual(await reader.gaps(1, 0, Date.now()), []);
  test.collector.change({ kind: "end opt-out", subject: { kind: "user", twitchId: 11 } });
  twitch.send(privmsg({ ...ann, text: "again" }));
  await it.settled("three");
  assert.deepEqual(it.stored().slice(-2), ["again", "three"]);
});

Deno.test("an opt-out by login still applies after a rename, because the first line has the id", async () => {
  const told: (readonly OptOut[])[] = [];
  await using it = await recording((all) => told.push(all));
  it.optOut({ login: "ann" });
  it.twitch.send(privmsg({ ...it.room, login: "ann", userId: 11, text: "as ann" }));
  await until(() => told.at(-1)?.[0]?.twitchId === 11);
  it.twitch.send(privmsg({ ...it.room, login: "anna", userId: 11, text: "as anna" }));
  await it.settled("one");
  assert.deepEqual(it.stored(), ["one"]);
});

Deno.test("a reply to a user who has opted out is stored without that user's name and text", async () => {
  await using it = await recording();
  it.optOut({ twitchId: 11, login: "ann" });
  const line = privmsg({ ...it.room, login: "ben", userId: 12, text: "I agree" });
  const reply =
    "reply-parent-display-name=Ann;reply-parent-msg-body=secret\\swords;reply-parent-msg-id=abc;" +
    "reply-parent-user-id=11;reply-parent-user-login=ann;reply-thread-parent-user-login=ann;";
  it.twitch.send(line.replace("@", `@${reply}`));
  it.twitch.send(
    line.replace("@", `@${reply.replaceAll("ann", "cat").replace("11", "13")}`).replace(
      /;id=[^;]*/,
      `;id=${crypto.randomUUID()}`,
    ),
  );
  await it.settled("one");
  const [answer, other] = it.test.committed.filter(({ text }) => text === "I agree");
  assert.doesNotMatch(answer!.tags.join(";"), /secret|[Aa]nn\b/);
  assert.match(answer!.tags.join(";"), /reply-parent-msg-id=abc/);
  assert.match(other!.tags.join(";"), /secret/);
});

Deno.test("a channel that opts out is left, hidden and not added again, also after a restart", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    await using test = startTestCollector({ twitch, dbPath, channels: ["alpha", "beta"] });
    await test.allJoined();
    const optOut = { kind: "channel", login: "alpha", twitchId: twitch.roomId("alpha"), at: 0 } as const;
    test.collector.change({ kind: "opt out", optOut: { ...optOut, stored: "hidden" } });
    await twitch.when(() => !twitch.joined("alpha"));
    assert.deepEqual(test.collector.status().channels.map(({ login }) => login), ["beta"]);
    const refused = { code: "forbidden", message: "#alpha has opted out of being recorded" };
    assert.throws(() => test.collector.addChannels(["beta", "alpha"]), refused);
  }
  await using test = startTestCollector({ twitch, dbPath, channels: ["alpha", "beta"] });
  await test.allJoined();
  assert.deepEqual(test.collector.status().channels.map(({ login }) => login), ["beta"]);
  assert.match(test.log.join("\n"), /#alpha of TWITCH_CHANNELS has opted out/);
  test.collector.change({ kind: "end opt-out", subject: { kind: "channel", login: "alpha" } });
  assert.equal(test.collector.addChannels(["alpha"])[0]!.login, "alpha");
});

Deno.test("a channel that has opted out and comes back under another login is left at its first line", async () => {
  await using it = await recording();
  it.optOut({ kind: "channel", twitchId: it.room.roomId, login: "former", stored: "deleted" });
  await it.twitch.when(() => !it.twitch.joined("alpha"));
  assert.deepEqual(it.test.collector.status().channels, []);
  await using reader = openSqliteReader({ path: it.dbPath });
  await until(async () => (await reader.channel(1)) === undefined);
  await using other = await recording();
  const { test, twitch, room } = other;
  test.collector.change({
    kind: "opt out",
    optOut: { kind: "channel", twitchId: 424242, login: "former", at: 0, stored: "hidden" },
  });
  twitch.send(privmsg({ ...room, roomId: 424242, text: "moved here" }));
  await twitch.when(() => !twitch.joined("alpha"));
  assert.ok(!other.stored().includes("moved here"));
});

Deno.test("gaps are filled without their messages", async () => {
  await using it = await scene();
  const { dbPath, twitch, test } = it;
  const before = say(twitch, 3, "before");
  await test.until(({ counts }) => counts.stored >= 3);
  await outage(twitch, test, () => {
    test.collector.change({
      kind: "opt out",
      optOut: { kind: "user", twitchId: 1001, at: 0, stored: "hidden" },
    });
    say(twitch, 5, "during");
  });
  await until(async () => (await gaps(dbPath)).some((gap) => gap.state === "filled"));
  assert.deepEqual((await messages(dbPath)).map(({ uuid }) => uuid), before);
});
