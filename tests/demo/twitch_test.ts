import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { loginLines } from "../../src/irc/commands.ts";
import { Visitor } from "./visitor.ts";

Deno.test("a session begins as on Twitch: capabilities, greeting, join, room state, names", async () => {
  await using twitch = await startTwitch({ roomId: (login) => login === "a" ? 4711 : undefined });
  await using visitor = await Visitor.join(twitch, "a");
  await visitor.until(" 366 ");
  assert.deepEqual(visitor.lines, [
    ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands",
    ":tmi.twitch.tv 001 justinfan7 :Welcome, GLHF!",
    ":tmi.twitch.tv 002 justinfan7 :Your host is tmi.twitch.tv",
    ":tmi.twitch.tv 003 justinfan7 :This server is rather new",
    ":tmi.twitch.tv 004 justinfan7 :-",
    ":tmi.twitch.tv 375 justinfan7 :-",
    ":tmi.twitch.tv 372 justinfan7 :You are in a maze of twisty passages, all alike.",
    ":tmi.twitch.tv 376 justinfan7 :>",
    ":justinfan7!justinfan7@justinfan7.tmi.twitch.tv JOIN #a",
    "@emote-only=0;followers-only=-1;r9k=0;room-id=4711;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #a",
    ":justinfan7.tmi.twitch.tv 353 justinfan7 = #a :justinfan7",
    ":justinfan7.tmi.twitch.tv 366 justinfan7 #a :End of /NAMES list",
  ]);
});

Deno.test("capabilities that do not exist are refused, and tags go only to who asked for them", async () => {
  await using twitch = await startTwitch();
  await using visitor = await Visitor.say(
    twitch,
    "CAP REQ :twitch.tv/nonsense",
    "NICK justinfan1",
    "JOIN #a",
  );
  await visitor.until(" 366 ");
  assert.equal(visitor.lines[0], ":tmi.twitch.tv CAP * NAK :twitch.tv/nonsense");
  twitch.send("@id=1 :bo!bo@bo.tmi.twitch.tv PRIVMSG #a :hi");
  assert.equal(await visitor.until("PRIVMSG"), ":bo!bo@bo.tmi.twitch.tv PRIVMSG #a :hi");
});

Deno.test("an account gets in with its own token only", async () => {
  await using twitch = await startTwitch({ accounts: { bo: "secret" } });
  await using friend = await Visitor.say(twitch, ...loginLines({ login: "bo", token: "oauth:secret" }));
  await friend.until(" 376 bo ");
  await using stranger = await Visitor.say(twitch, ...loginLines({ login: "bo", token: "guess" }));
  assert.equal((await stranger.untilEnd()).at(-1), ":tmi.twitch.tv NOTICE * :Login authentication failed");
  await using clumsy = await Visitor.say(twitch, "NICK bo");
  assert.equal((await clumsy.untilEnd()).at(-1), ":tmi.twitch.tv NOTICE * :Improperly formatted auth");
  assert.equal(twitch.counters.closed["login refused"], 2);
});

Deno.test("lines go to who joined their channel, until they part", async () => {
  await using twitch = await startTwitch();
  await using one = await Visitor.join(twitch, "a", "b");
  await using two = await Visitor.join(twitch, "b");
  await Promise.all([one.until("366 justinfan7 #b"), two.until("366 justinfan7 #b")]);
  assert.equal(twitch.send(":bo!bo@bo.tmi.twitch.tv PRIVMSG #a :for one"), 1);
  assert.equal(twitch.send(":bo!bo@bo.tmi.twitch.tv PRIVMSG #b :for both"), 2);
  assert.equal(twitch.send(":bo!bo@bo.tmi.twitch.tv PRIVMSG #c :for nobody"), 0);
  await one.until("for both");
  await two.until("for both");
  assert.ok(!two.lines.some((line) => line.includes("for one")));
  await two.say("PART #b");
  await two.until("PART #b");
  assert.equal(twitch.send(":bo!bo@bo.tmi.twitch.tv PRIVMSG #b :for one now"), 1);
});

Deno.test("channels that do not exist are met with silence, refused ones with the reason", async () => {
  await using twitch = await startTwitch({
    exists: (login) => login !== "nowhere",
    refusals: { gone: "msg_channel_suspended" },
  });
  await using visitor = await Visitor.join(twitch, "nowhere", "gone", "a");
  await visitor.until("ROOMSTATE #a");
  assert.ok(!visitor.lines.some((line) => line.includes("#nowhere")));
  assert.ok(
    visitor.lines.some((line) =>
      line.startsWith("@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #gone :")
    ),
  );
  assert.deepEqual([twitch.joined("a"), twitch.joined("gone"), twitch.joined("nowhere")], [
    true,
    false,
    false,
  ]);
});

Deno.test("who joins more than twenty channels in ten seconds is disconnected", async () => {
  await using twitch = await startTwitch();
  const many = Array.from({ length: 21 }, (_, i) => `channel_${i}`);
  await using patient = await Visitor.join(twitch, ...many.slice(1));
  await patient.until("366 justinfan7 #channel_20");
  await using hasty = await Visitor.join(twitch, ...many);
  await hasty.untilEnd().catch(() => {});
  assert.equal(twitch.counters.closed["join limit"], 1);
  await using free = await startTwitch({ joinLimit: undefined });
  await using third = await Visitor.join(free, ...many);
  await third.until("366 justinfan7 #channel_20");
});

Deno.test("it sends PINGs, and answers them", async () => {
  await using twitch = await startTwitch({ pingEveryMs: 10 });
  await using visitor = await Visitor.say(twitch, "NICK justinfan1", "PING :are you there");
  assert.equal(await visitor.until("PONG"), ":tmi.twitch.tv PONG tmi.twitch.tv :are you there");
  assert.equal(await visitor.until("PING"), "PING :tmi.twitch.tv");
});

Deno.test("it can go wrong on demand", async () => {
  await using stalled = await startTwitch({ faults: { stall: true } });
  await using waiting = await Visitor.join(stalled, "a");
  await stalled.when(() => stalled.counters.open === 1);
  await using twitch = await startTwitch({ faults: { noRoomState: true } });
  await using visitor = await Visitor.join(twitch, "a");
  await visitor.until(" 366 ");
  assert.ok(!visitor.lines.some((line) => line.includes("ROOMSTATE")));
  twitch.reconnectAll();
  await visitor.until(":tmi.twitch.tv RECONNECT");
  twitch.faults.silent = true;
  assert.equal(twitch.send(":bo!bo@bo.tmi.twitch.tv PRIVMSG #a :unheard"), 1);
  twitch.faults.silent = false;
  await twitch.cut(":bo!bo@bo.tmi.twitch.tv PRIVMSG #a :this is where it ends");
  const lines = await visitor.untilEnd();
  assert.equal(lines.at(-1), ":tmi.twitch.tv RECONNECT");
  assert.equal(twitch.joined("a"), false);
  await stalled.dropAll({ hard: true });
  assert.deepEqual(await waiting.untilEnd().catch(() => waiting.lines), []);
});

Deno.test("a reader that is much too slow is given up", async () => {
  await using twitch = await startTwitch();
  await using _sleeper = await Visitor.join(twitch, "a");
  await twitch.waitForJoin("a");
  const line = `:bo!bo@bo.tmi.twitch.tv PRIVMSG #a :${"x".repeat(4000)}`;
  for (let i = 0; i < 12_000 && twitch.joined("a"); i++) twitch.send(line);
  assert.equal(twitch.counters.closed["too slow"], 1);
  await twitch.ready();
});
