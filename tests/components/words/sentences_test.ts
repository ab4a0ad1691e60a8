import assert from "node:assert/strict";
import { duration, noticeWord, removalWords, stateWords } from "../../../components/words/sentences.ts";

Deno.test("durations use the largest unit in which they are whole", () => {
  assert.deepEqual([1, 90, 600, 3_600, 1_209_600, 5_000].map(duration), [
    "1 s",
    "90 s",
    "10 min",
    "1 h",
    "14 d",
    "83 min",
  ]);
});

Deno.test("the text of a removal names its kind", () => {
  assert.equal(removalWords({ kind: "timeout", durationS: 600 }), "timed out for 10 min");
  assert.equal(removalWords({ kind: "ban" }), "banned");
  assert.equal(removalWords({ kind: "deletion" }), "deleted");
});

Deno.test("a complete ROOMSTATE shows only the modes that are on", () => {
  const whole = (modes: Record<string, string>) => {
    const usual = {
      "emote-only": "0",
      "followers-only": "-1",
      "r9k": "0",
      "slow": "0",
      "subs-only": "0",
      ...modes,
    };
    return stateWords({ tags: Object.entries(usual).map((pair) => pair.join("=")) });
  };
  assert.equal(whole({}), "No chat modes are on");
  assert.equal(whole({ "followers-only": "10" }), "Followers-only mode on (10 min)");
  assert.equal(
    stateWords({ tags: ["broadcaster-lang=", "r9k=0", "slow=300", "subs-only=0"] }),
    "Slow mode on (5 min)",
  );
  assert.equal(
    whole({ "followers-only": "0", "emote-only": "1", "slow": "30", "r9k": "1", "subs-only": "1" }),
    "Emote-only mode on · Followers-only mode on · Unique-chat mode on · Slow mode on (30 s) · Subscribers-only mode on",
  );
});

Deno.test("a partial ROOMSTATE, or one with known changes, shows the changes", () => {
  assert.equal(stateWords({ tags: ["slow=0"] }), "Slow mode off");
  assert.equal(
    stateWords({ tags: ["followers-only=-1", "slow=30"] }),
    "Followers-only mode off · Slow mode on (30 s)",
  );
  const whole = ["emote-only=1", "followers-only=-1", "r9k=0", "slow=0", "subs-only=0"];
  assert.equal(stateWords({ tags: whole, changed: ["slow"] }), "Slow mode off");
  assert.equal(stateWords({ tags: whole, changed: ["lantern-only"] }), "The chat’s settings changed");
  assert.equal(stateWords({ tags: ["slow=nonsense"] }), "Slow mode off");
});

Deno.test("a notice of an unknown kind is shown as Notice", () => {
  assert.equal(noticeWord({ tags: ["msg-id=raid"] }), "Raid");
  assert.equal(noticeWord({ tags: ["msg-id=somethingnew"] }), "Notice");
  assert.equal(noticeWord({ tags: ["msg-id=constructor"] }), "Notice");
  assert.equal(noticeWord({ tags: ["msg-id=sharedchatnotice", "source-msg-id=resub"] }), "Resub");
});
