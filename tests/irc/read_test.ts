import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChatEvent } from "../../src/chat/events.ts";
import { readLine } from "../../src/irc/read.ts";

function event(line: string): ChatEvent {
  const reading = readLine(line);
  assert.equal(reading.kind, "chat", line);
  return (reading as { event: ChatEvent }).event;
}

const PREFIX = ":quietpier!quietpier@quietpier.tmi.twitch.tv";
const UUID = "0b1c2d3e-0000-4000-8000-00000000000a";

Deno.test("a message's tags become fields, and all others stay unchanged and sorted", () => {
  const line = `@user-type=;vip=1;emotes=25:0-4;badge-info=subscriber/7;badges=subscriber/6,premium/1;` +
    `color=#1E90FF;display-name=Quiet\\sPier;first-msg=0;id=${UUID};mod=0;room-id=4711;subscriber=1;` +
    `tmi-sent-ts=1700000000123;turbo=0;user-id=99;client-nonce=aa;flags= ${PREFIX} PRIVMSG #pixel_harbor :Kappa  hi `;
  assert.deepEqual(event(line), {
    kind: "message",
    channel: "pixel_harbor",
    roomId: 4711,
    sentAt: 1700000000123,
    uuid: UUID,
    author: {
      userId: 99,
      login: "quietpier",
      displayName: "Quiet Pier",
      color: "#1E90FF",
      badges: "subscriber/6,premium/1",
      badgeInfo: "subscriber/7",
      flags: "mod=0;subscriber=1;turbo=0;user-type=;vip=1",
    },
    text: "Kappa  hi ",
    tags: ["client-nonce=aa", "emotes=25:0-4", "first-msg=0", "flags="],
  });
});

Deno.test("without tags, marks record what was missing", () => {
  const said = event(`${PREFIX} PRIVMSG #pixel_harbor hi`);
  assert.deepEqual(said.tags, ["-room-id", "-user-id"]);
  assert.equal(said.author?.login, "quietpier");
  assert.equal(said.author?.color, undefined);
  assert.equal(said.text, "hi");
});

Deno.test("/me is an action with the inner text, closed or not", () => {
  const closed = event(`@room-id=1;user-id=2 ${PREFIX} PRIVMSG #a :\x01ACTION waves\x01`);
  assert.deepEqual([closed.kind, closed.text, closed.tags], ["action", "waves", []]);
  const open = event(`@room-id=1;user-id=2 ${PREFIX} PRIVMSG #a :\x01ACTION waves`);
  assert.deepEqual([open.kind, open.text, open.tags], ["action", "waves", ["-ctcp-end"]]);
  assert.equal(event(`${PREFIX} PRIVMSG #a :\x01VERSION\x01`).kind, "message");
});

Deno.test("a value that is not in canonical number form stays in the tags", () => {
  for (const odd of ["007", "", "0", "-4", "1e3", "9007199254740993", "12345678901234567890", " 1", "１"]) {
    const value = odd.replace(" ", "\\s");
    const said = event(`@room-id=${value};tmi-sent-ts=${value};user-id=${value} ${PREFIX} PRIVMSG #a :hi`);
    assert.deepEqual(said.tags, [`room-id=${value}`, `tmi-sent-ts=${value}`, `user-id=${value}`]);
    assert.deepEqual([said.roomId, said.sentAt, said.author?.userId], [undefined, undefined, undefined]);
  }
});

Deno.test("a repeated tag keeps its last value", () => {
  const said = event(`@user-id=1;b=1;user-id=2;room-id=3;a;b=2;; ${PREFIX} PRIVMSG #a :hi`);
  assert.equal(said.author?.userId, 2);
  assert.deepEqual(said.tags, ["a=", "b=2"]);
});

Deno.test("timeouts, bans and cleared chats are distinguished", () => {
  const timeout = event(
    "@ban-duration=600;room-id=1;target-user-id=5;tmi-sent-ts=7 :tmi.twitch.tv CLEARCHAT #a :bo",
  );
  assert.equal(timeout.kind, "timeout");
  assert.equal(timeout.author?.login, "bo");
  assert.equal(timeout.author?.userId, 5);
  assert.deepEqual(timeout.tags, ["ban-duration=600"]);
  assert.equal(event("@room-id=1;target-user-id=5 :tmi.twitch.tv CLEARCHAT #a bo").kind, "ban");
  const clear = event("@room-id=1 :tmi.twitch.tv CLEARCHAT #a");
  assert.deepEqual([clear.kind, clear.author, clear.tags], ["clear", undefined, []]);
});

Deno.test("a deletion has the id and the text of the deleted message", () => {
  const deletion = event(
    `@login=bo;room-id=;target-msg-id=${UUID};tmi-sent-ts=7 :tmi.twitch.tv CLEARMSG #a :oh no`,
  );
  assert.equal(deletion.kind, "deletion");
  assert.equal(deletion.uuid, UUID);
  assert.equal(deletion.author?.login, "bo");
  assert.equal(deletion.text, "oh no");
  assert.deepEqual(deletion.tags, ["room-id="]);
});

Deno.test("a notice has the user of its login tag, or no user without one", () => {
  const resub = event(
    "@display-name=Bo;id=x;login=bo;msg-id=resub;room-id=1;system-msg=Bo\\ssubscribed;user-id=5 :tmi.twitch.tv USERNOTICE #a :yay",
  );
  assert.deepEqual([resub.kind, resub.text, resub.author?.login, resub.author?.userId], [
    "notice",
    "yay",
    "bo",
    5,
  ]);
  assert.deepEqual(resub.tags, ["msg-id=resub", "system-msg=Bo\\ssubscribed"]);
  const nobody = event("@display-name=Bo;room-id=1;user-id=5 :tmi.twitch.tv USERNOTICE #a");
  assert.deepEqual([nobody.author, nobody.tags], [undefined, ["display-name=Bo", "user-id=5"]]);
});

Deno.test("NOTICE and ROOMSTATE of a channel are events without a user", () => {
  const server = event("@msg-id=slow_off :tmi.twitch.tv NOTICE #a :This room is no longer in slow mode.");
  assert.deepEqual([server.kind, server.author, server.tags], ["server", undefined, ["msg-id=slow_off"]]);
  const state = event("@emote-only=0;room-id=9;slow=0 :tmi.twitch.tv ROOMSTATE #a");
  assert.deepEqual([state.kind, state.roomId, state.tags], ["state", 9, ["emote-only=0", "slow=0"]]);
});

Deno.test("unusual prefixes are marked", () => {
  assert.deepEqual(event(":other.host ROOMSTATE #a").tags, ["-room-id", ":=other.host"]);
  assert.deepEqual(event("ROOMSTATE #a").tags, ["-room-id", "-:"]);
  const said = event(":Bo!bo@some.host PRIVMSG #a :hi");
  assert.deepEqual([said.author?.login, said.tags], ["bo", ["-room-id", "-user-id", ":=Bo!bo@some.host"]]);
});

Deno.test("a line that the fields cannot hold without loss is kept as raw", () => {
  const lines = [
    ":tmi.twitch.tv HOSTTARGET #a :- 0",
    "@-user-id :tmi.twitch.tv ROOMSTATE #a",
    "@:=x :tmi.twitch.tv ROOMSTATE #a",
    "@=x :tmi.twitch.tv ROOMSTATE #a",
    ":tmi.twitch.tv ROOMSTATE #Capital",
    ":tmi.twitch.tv ROOMSTATE #a more",
    "PRIVMSG #a :from nobody",
    ":tmi.twitch.tv PRIVMSG #a :from the server",
    `${PREFIX} PRIVMSG #a too many`,
    ":tmi.twitch.tv CLEARCHAT #a :Not A Login",
  ];
  for (const line of lines) {
    const { kind, text, tags } = event(line);
    assert.deepEqual({ kind, text, tags }, { kind: "raw", text: line, tags: [] });
  }
  assert.equal(event(`@id=${UUID};tmi-sent-ts=5 :tmi.twitch.tv NEWTHING #a x y`).uuid, UUID);
});

Deno.test("lines between client and server are protocol", () => {
  const lines = [
    "PING :tmi.twitch.tv",
    ":tmi.twitch.tv PONG tmi.twitch.tv :x",
    ":tmi.twitch.tv CAP * ACK :twitch.tv/tags",
    ":tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!",
    ":justinfan1.tmi.twitch.tv 353 justinfan1 = #a :justinfan1",
    ":justinfan1!justinfan1@justinfan1.tmi.twitch.tv JOIN #a",
    ":justinfan1!justinfan1@justinfan1.tmi.twitch.tv PART #a",
    ":tmi.twitch.tv RECONNECT",
    ":tmi.twitch.tv NOTICE * :Login authentication failed",
    "@mod=0 :tmi.twitch.tv USERSTATE #a",
    "@user-id=1 :tmi.twitch.tv GLOBALUSERSTATE",
    ":jtv MODE #a +o bo",
    ":bo!bo@bo.tmi.twitch.tv WHISPER me :hi",
  ];
  for (const line of lines) assert.equal(readLine(line).kind, "protocol", line);
});

Deno.test("other lines are rejected with a reason", () => {
  const why = (line: string) => (readLine(line) as { why?: string }).why;
  assert.equal(why("@only=tags"), "not an IRC line");
  assert.equal(why("<html> hello"), "not an IRC command");
  assert.equal(why("PRIVMSG"), "PRIVMSG without a channel");
  assert.equal(why("CLEARCHAT nobody :x"), "CLEARCHAT without a channel");
  assert.equal(why("ROOMSTATE #no,way"), "ROOMSTATE with an invalid channel name");
});

Deno.test("it never throws", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "@",
      ":",
      " ",
      ";",
      "=",
      "#a",
      "PRIVMSG",
      "CLEARCHAT",
      "user-id=",
      "\\",
      "\x01ACTION ",
      "-",
      "!",
    ),
  );
  fc.assert(fc.property(fc.array(part), (parts) => void readLine(parts.join(""))), { numRuns: 2000 });
});
