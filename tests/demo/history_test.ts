import assert from "node:assert/strict";
import { type History, startHistory } from "../../src/demo/history.ts";
import { clearchat, clearmsg, privmsg } from "../support/chat/lines.ts";

interface Answer {
  messages: string[];
  error: string | null;
  error_code: string | null;
}

async function ask(history: History, login: string, query = ""): Promise<Answer> {
  const response = await fetch(history.url.replace("{login}", login) + query);
  return await response.json();
}

Deno.test("what was said is told, oldest first, marked as history, within bounds", async () => {
  let at = 1_000;
  await using history = startHistory({ kept: 1_000, now: () => at++ });
  for (let n = 0; n < 1_100; n++) history.hear(privmsg({ channel: "lake", roomId: 1, text: `line ${n}` }));
  const { messages, error } = await ask(history, "lake");
  assert.equal(error, null);
  assert.equal(messages.length, 800);
  assert.match(messages[0]!, /^@historical=1;rm-received-ts=1300;.* :line 300$/);
  assert.match(messages.at(-1)!, / :line 1099$/);
  const some = await ask(history, "lake", "?limit=2&before=1200");
  assert.deepEqual(some.messages.map((line) => line.split(" :").at(-1)), ["line 198", "line 199"]);
  assert.equal((await ask(history, "lake", "?after=2098")).messages.length, 1);
  assert.equal((await ask(history, "lake", "?before=1100")).messages.length, 0, "only the newest are kept");
});

Deno.test("what was removed is marked", async () => {
  await using history = startHistory();
  history.hear(privmsg({ channel: "lake", roomId: 1, login: "ann", id: "one" }));
  history.hear(privmsg({ channel: "lake", roomId: 1, login: "ben" }));
  history.hear(privmsg({ channel: "lake", roomId: 1, login: "cy" }));
  history.hear(clearmsg({ channel: "lake", login: "ann", targetId: "one", text: "" }));
  history.hear(clearchat({ channel: "lake", roomId: 1, login: "ben", userId: 2, seconds: 5 }));
  const { messages } = await ask(history, "lake");
  assert.deepEqual(messages.map((line) => line.includes("rm-deleted=1")), [true, true, false, false, false]);
});

Deno.test("a channel that it does not know is not joined; what is no login is refused", async () => {
  await using history = startHistory();
  assert.equal((await ask(history, "nobody")).error_code, "channel_not_joined");
  assert.equal((await ask(history, "NO!")).error_code, "invalid_channel_login");
});
