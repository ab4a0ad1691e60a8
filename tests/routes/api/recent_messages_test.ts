/** The API of recent-messages services, and that another archive can fill its gaps from it. */
import assert from "node:assert/strict";
import { fetchHistory } from "../../../src/collector/backfill/history_client.ts";
import { readHistoryLine } from "../../../src/collector/backfill/history_line.ts";
import { lengthWords } from "../../../src/chat_log/length_words.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { parseLine } from "../../../src/irc/syntax/parse.ts";
import { parseTags } from "../../../src/irc/syntax/tags.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { LINES, logSite, RECEIVED_AT, receivedLines } from "../../support/api/log_site.ts";
import { serve } from "../../support/http/served.ts";
import type { TestSite } from "../../support/site/site.ts";

const PATH = "/api/v2/recent-messages/harborlight";

async function recent(site: TestSite, query = ""): Promise<string[]> {
  const answer = await site.request(`${PATH}?${query}`);
  const body = await answer.json();
  assert.equal(answer.status, 200, `${query}: ${JSON.stringify(body)}`);
  assert.deepEqual(Object.keys(body), ["messages", "error", "error_code"]);
  assert.deepEqual([body.error, body.error_code], [null, null]);
  return body.messages;
}

/** The tags and the rest of a line. */
function partsOf(line: string) {
  const { tags, ...rest } = parseLine(line)!;
  return { tags: parseTags(tags), ...rest };
}

const commandsOf = (lines: readonly string[]) => lines.map((line) => partsOf(line).command);

Deno.test("the lines come oldest first, with the tags of the service and otherwise as Twitch sent them", async () => {
  using site = logSite();
  const lines = await recent(site);
  const sent = LINES.filter((line) => !line.includes(" HOSTTARGET "));
  const received = site.recorder.stored.filter(({ text }) => !text.includes("HOSTTARGET"))
    .map(({ id }) => String(receivedAt(id)));
  assert.equal(lines.length, sent.length);
  for (const [i, line] of lines.entries()) {
    assert.doesNotMatch(line, /[\r\n]/);
    const { tags, ...rest } = partsOf(line);
    assert.equal(tags.get("historical"), "1");
    assert.equal(tags.get("rm-received-ts"), received[i]);
    for (const added of ["historical", "rm-received-ts", "rm-deleted"]) tags.delete(added);
    assert.deepEqual({ tags, ...rest }, partsOf(sent[i]!));
  }
});

Deno.test("messages that were deleted, or written before the chat was cleared, are marked", async () => {
  using site = logSite();
  const lines = await recent(site);
  const deleted = lines.filter((line) => partsOf(line).tags.get("rm-deleted") === "1");
  assert.deepEqual(deleted, lines.slice(0, 7), "everything that was written before the chat was cleared");
  const later = await recent(site, `after=${RECEIVED_AT + 9 * 1_500}`);
  assert.ok(later.every((line) => !line.includes("rm-deleted")));
  const last = privmsg({ channel: "harborlight", roomId: 9001, id: "10000000-0000-4000-8000-000000000000" });
  const removal =
    "@login=ada_codes;target-msg-id=10000000-0000-4000-8000-000000000000 :tmi.twitch.tv CLEARMSG #harborlight :x";
  site.recorder.store(1, receivedLines([last, removal], RECEIVED_AT + 60_000));
  const [message, deletion] = (await recent(site, "limit=2")).map((line) => partsOf(line).tags);
  assert.deepEqual([message!.get("rm-deleted"), deletion!.get("rm-deleted")], ["1", undefined]);
});

Deno.test("limit, before and after select the newest lines", async () => {
  using site = logSite();
  const all = await recent(site);
  assert.deepEqual(await recent(site, "limit=3"), all.slice(-3));
  assert.deepEqual(await recent(site, "limit=0"), []);
  assert.deepEqual(await recent(site, "limit=100000"), all);
  const at = RECEIVED_AT + 4 * 1_500;
  const tagsOf = (lines: string[]) => lines.map((line) => Number(partsOf(line).tags.get("rm-received-ts")));
  assert.deepEqual(
    tagsOf(await recent(site, `before=${at}`)),
    [0, 1, 2, 3].map((n) => RECEIVED_AT + n * 1_500),
  );
  assert.equal(tagsOf(await recent(site, `after=${at}`))[0], at + 1_500);
  assert.deepEqual(tagsOf(await recent(site, `after=${at - 1}&before=${at + 1}`)), [at]);
});

Deno.test("at most 800 lines are returned, the newest", async () => {
  using site = logSite();
  const lines = Array.from(
    { length: 1_200 },
    (_, n) =>
      privmsg({
        channel: "harborlight",
        roomId: 9001,
        text: `number ${n}`,
        sentAt: RECEIVED_AT + 60_000 + n,
      }),
  );
  site.recorder.store(1, receivedLines(lines, RECEIVED_AT + 60_000));
  const found = await recent(site, "limit=5000");
  assert.equal(found.length, 800);
  assert.match(found[0]!, /number 400$/);
  assert.match(found.at(-1)!, /number 1199$/);
  assert.equal((await recent(site)).length, 800);
  assert.equal((await recent(site, "limit=600")).length, 600);
});

Deno.test("moderation can be hidden, and shown as notices, in both spellings", async () => {
  using site = logSite();
  const all = commandsOf(await recent(site));
  const others = all.filter((command) => command !== "CLEARCHAT" && command !== "CLEARMSG");
  for (const name of ["hide_moderation_messages", "hideModerationMessages"]) {
    assert.deepEqual(commandsOf(await recent(site, `${name}=true`)), others);
    assert.deepEqual(commandsOf(await recent(site, `${name}=false`)), all);
  }
  for (const name of ["hide_moderated_messages", "hideModeratedMessages"]) {
    const lines = await recent(site, `${name}=true`);
    assert.equal(lines.length, all.length - 7);
    assert.ok(lines.every((line) => !line.includes("rm-deleted")));
  }
  for (const name of ["clearchat_to_notice", "clearchatToNotice"]) {
    const lines = (await recent(site, `${name}=true`)).filter((line) => line.includes("msg-id=rm-"));
    const of = (n: number) =>
      `;historical=1;rm-received-ts=${RECEIVED_AT + n * 1_500} :tmi.twitch.tv NOTICE #harborlight :`;
    assert.deepEqual(lines, [
      `@msg-id=rm-timeout${of(7)}korean_ann has been timed out for 10m.`,
      `@msg-id=rm-permaban${of(8)}evil_bot has been permanently banned.`,
      `@msg-id=rm-clearchat${of(9)}Chat has been cleared by a moderator.`,
    ]);
  }
  const both = await recent(site, "clearchat_to_notice=true&hide_moderation_messages=true");
  assert.ok(both.every((line) => !line.includes("rm-timeout")));
});

Deno.test("lengths are written as services of this kind do", () => {
  const words: [number, string][] = [
    [0, "0s"],
    [1, "1s"],
    [600, "10m"],
    [5_400, "1h 30m"],
    [86_400, "1day"],
    [1_209_600, "14days"],
    [2_630_016 + 86_400 * 2, "1month 2days"],
    [31_557_600 * 2 + 1, "2years 1s"],
  ];
  for (const [seconds, expected] of words) assert.equal(lengthWords(seconds), expected);
});

Deno.test("requests that cannot be answered are refused in the format of the service", async () => {
  using site = logSite();
  const unknown = await site.request("/api/v2/recent-messages/nobody_here");
  assert.equal(unknown.status, 200);
  assert.deepEqual(await unknown.json(), {
    messages: [],
    error: "This channel is not archived here",
    error_code: "channel_not_joined",
  });
  const cases = [
    ["/api/v2/recent-messages/no-login", "invalid_channel_login"],
    [`/api/v2/recent-messages/${"a".repeat(26)}`, "invalid_channel_login"],
    ["/api/v2/recent-messages/%00%0d%0aX:1", "invalid_channel_login"],
    [`${PATH}?limit=-1`, "invalid_query"],
    [`${PATH}?limit=1e3`, "invalid_query"],
    [`${PATH}?before=yesterday`, "invalid_query"],
    [`${PATH}?after=`, "invalid_query"],
    [`${PATH}?clearchatToNotice=maybe`, "invalid_query"],
  ] as const;
  for (const [path, code] of cases) {
    const answer = await site.request(path);
    const body = await answer.json();
    assert.deepEqual([answer.status, body.status, body.error_code], [400, 400, code], path);
    assert.deepEqual(Object.keys(body), ["status", "status_message", "error", "error_code"]);
    assert.equal(answer.headers.get("Cache-Control"), "no-store");
  }
});

Deno.test("pages of any site may read it, and caches ask again", async () => {
  using site = logSite();
  const answer = await site.request(PATH, {
    headers: { Origin: "https://chat.example", "Sec-Fetch-Site": "cross-site" },
  });
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
  assert.equal(answer.headers.get("Cache-Control"), "no-cache");
  assert.equal(answer.headers.get("Content-Type"), "application/json");
});

Deno.test("another archive fetches its history from here, and reads the lines", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  const ask = (login: string) =>
    fetchHistory({
      url: `${server.url}/api/v2/recent-messages/{login}`,
      login,
      before: RECEIVED_AT + 3_600_000,
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    });
  assert.deepEqual(await ask("nobody_here"), [], "a channel that is not archived");
  const lines = await ask("harborlight");
  assert.deepEqual(lines, await recent(site));
  const read = lines.map((line) => readHistoryLine(line, "harborlight"));
  const stored = site.recorder.stored.filter(({ text }) => !text.includes("HOSTTARGET"));
  for (const [i, line] of read.entries()) {
    assert.equal(line?.receivedAt, receivedAt(stored[i]!.id), lines[i]);
    assert.equal(line.event.text, stored[i]!.text);
    assert.equal(line.removed, i < 7);
  }
});
