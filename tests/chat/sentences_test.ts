import assert from "node:assert/strict";
import { duration, noticeWord, removalWords, stateWords } from "../../src/chat/sentences.ts";

Deno.test("durations are told in the unit in which they are whole", () => {
  assert.deepEqual([1, 90, 600, 3_600, 1_209_600, 5_000].map(duration), [
    "1 s",
    "90 s",
    "10 min",
    "1 h",
    "14 d",
    "83 min",
  ]);
});

Deno.test("a removal says what it was", () => {
  assert.equal(removalWords({ kind: "timeout", durationS: 600 }), "timed out for 10 min");
  assert.equal(removalWords({ kind: "ban" }), "banned");
  assert.equal(removalWords({ kind: "deletion" }), "deleted");
});

Deno.test("a chat's modes are told in words, also when only one of them changed", () => {
  assert.equal(stateWords("emote-only=1"), "Chat modes: emotes only");
  assert.equal(
    stateWords("followers-only=-1;slow=30"),
    "Chat modes: open to non-followers · slow mode, 30 s",
  );
  assert.equal(stateWords(""), "Chat modes were announced");
});

Deno.test("a notice of a kind that is not known yet is still a notice", () => {
  assert.equal(noticeWord("msg-id=raid"), "Raid");
  assert.equal(noticeWord("msg-id=somethingnew"), "Notice");
  assert.equal(noticeWord("msg-id=constructor"), "Notice");
  assert.equal(noticeWord("msg-id=sharedchatnotice;source-msg-id=resub"), "Resub");
});
