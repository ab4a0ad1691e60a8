/** What there is: channels, days and months, names, statistics, random messages, searches. */
import assert from "node:assert/strict";
import { privmsg } from "../../support/chat/lines.ts";
import { DAY, LINES, logSite, NOW, receivedLines } from "../../support/api/log_site.ts";
import type { TestSite } from "../../support/site/site.ts";

async function json(site: TestSite, path: string, headers: HeadersInit = {}) {
  const answer = await site.request(path, { headers });
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  assert.equal(answer.headers.get("Content-Type"), "application/json", path);
  return { body: await answer.json(), headers: answer.headers };
}

/** Messages of user 105, dot, in harborlight. */
function store(site: TestSite, at: number, texts: readonly string[]): void {
  const lines = texts.map((text) =>
    privmsg({ channel: "harborlight", roomId: 9001, login: "dot", userId: 105, text, sentAt: at })
  );
  site.recorder.store(1, receivedLines(lines, at));
}

Deno.test("the channels are JSON for programs and a page for browsers, and always JSON under /api", async () => {
  using site = logSite();
  await site.recorder.addChannels(["oldlantern"]);
  const expected = {
    channels: [
      { name: "harborlight", userID: "9001" },
      { name: "mossgarden", userID: "9002" },
      { name: "oldlantern", userID: "" },
    ],
  };
  for (const Accept of ["*/*", "application/json", ""]) {
    const { body, headers } = await json(site, "/channels", { Accept });
    assert.deepEqual(body, expected);
    assert.equal(headers.get("Cache-Control"), "public, max-age=600");
    assert.equal(headers.get("Access-Control-Allow-Origin"), "*");
    assert.match(headers.get("Vary")!, /\bAccept\b/);
  }
  assert.deepEqual((await json(site, "/api/channels", { Accept: "text/html" })).body, expected);
  assert.deepEqual((await json(site, "/api/channels/")).body, expected);
  for (
    const headers of [{ Accept: "text/html,application/xhtml+xml,*/*;q=0.8" }, {
      "HX-Request": "true",
    }] as HeadersInit[]
  ) {
    const page = await site.request("/channels", { headers });
    assert.match(page.headers.get("Content-Type")!, /^text\/html/);
    assert.match(page.headers.get("Vary")!, /\bAccept\b/);
    assert.equal(page.headers.get("Access-Control-Allow-Origin"), null, "pages are not for other sites");
  }
});

Deno.test("the list has the days of a channel and the months of a user, newest first, as text without zeros", async () => {
  using site = logSite();
  for (
    const at of [
      "2024-02-29T23:59:58Z",
      "2026-01-09T00:00:00Z",
      "2026-11-20T17:00:00Z",
      "2025-12-31T12:00:00Z",
    ]
  ) {
    const received = receivedLines([
      privmsg({ channel: "harborlight", roomId: 9001, login: "dot", userId: 105 }),
    ], Date.parse(at));
    const from = Date.parse(at) - 10;
    site.recorder.fill({ channelId: 1, from, to: from + 20, source: "a.test", filledAt: NOW }, received);
  }
  site.recorder.writer.flushCounters();
  const day = (year: string, month: string, day: string) => ({ year, month, day });
  const days = {
    availableLogs: [
      day("2026", "11", "20"),
      day("2026", "11", "9"),
      day("2026", "1", "9"),
      day("2025", "12", "31"),
      day("2024", "2", "29"),
    ],
  };
  for (const query of ["channel=harborlight", "channelid=9001", "channel=HarborLight"]) {
    const { body, headers } = await json(site, `/list?${query}`);
    assert.deepEqual(body, days);
    assert.equal(headers.get("Cache-Control"), "public, max-age=600");
  }
  const month = (year: string, month: string) => ({ year, month });
  const months = {
    availableLogs: [month("2026", "11"), month("2026", "1"), month("2025", "12"), month("2024", "2")],
  };
  for (
    const query of [
      "channel=harborlight&user=dot",
      "channelid=9001&userid=105",
      "channel=harborlight&userid=105",
    ]
  ) {
    assert.deepEqual((await json(site, `/list/?${query}`)).body, months);
  }
});

Deno.test("the name history has every login with its first and last moment", async () => {
  using site = logSite();
  const at = Date.UTC(2026, 10, 10);
  const line = privmsg({
    channel: "harborlight",
    roomId: 9001,
    login: "ada_renamed",
    userId: 101,
    sentAt: at,
  });
  site.recorder.store(1, receivedLines([line], at));
  const { body, headers } = await json(site, "/namehistory/101");
  assert.deepEqual(body, [
    {
      user_login: "ada_renamed",
      last_timestamp: "2026-11-10T00:00:00.000Z",
      first_timestamp: "2026-11-10T00:00:00.000Z",
    },
    {
      user_login: "ada",
      last_timestamp: "2026-11-10T00:00:00.000Z",
      first_timestamp: "2026-11-09T12:00:02.000Z",
    },
  ]);
  assert.equal(headers.get("Cache-Control"), "no-cache");
  assert.deepEqual((await json(site, "/namehistory/4711")).body, []);
});

Deno.test("the capabilities are a list, and a header of every answer, also of refusals and redirects", async () => {
  using site = logSite();
  const { body } = await json(site, "/capabilities");
  assert.deepEqual(body, ["arbitrary-range-query", "search", "stats", "namehistory"]);
  for (
    const path of [
      "/capabilities",
      "/api/channels",
      "/list",
      "/channel/harborlight",
      DAY,
      "/channel/nobody",
      `${DAY}?limit=x`,
      "/channel/a/b/c",
      "/namehistory/x",
    ]
  ) {
    const { headers } = await site.request(path);
    assert.equal(
      headers.get("X-Rustlog-Capabilities"),
      "arbitrary-range-query,search,stats,namehistory",
      path,
    );
    assert.equal(headers.get("Access-Control-Allow-Origin"), "*", path);
  }
});

Deno.test("statistics count what people wrote, of a channel with its five busiest, and of a user", async () => {
  using site = logSite();
  store(site, NOW - 3_600_000, Array.from({ length: 7 }, (_, n) => `more ${n}`));
  const { body } = await json(site, "/channel/harborlight/stats");
  // Timeouts, bans and deletions are not written by the user, nor are lines that are kept as they came.
  assert.equal(body.messageCount, 15);
  assert.deepEqual(body.topChatters.slice(0, 2), [
    { userId: "105", userLogin: "dot", messageCount: 8 },
    { userId: "103", userLogin: "ben", messageCount: 2 },
  ]);
  assert.equal(body.topChatters.length, 5);
  assert.deepEqual((await json(site, "/channelid/9001/userid/105/stats/")).body, {
    userId: "105",
    userLogin: "dot",
    messageCount: 8,
  });
  assert.deepEqual((await json(site, "/channel/mossgarden/stats")).body, {
    messageCount: 0,
    topChatters: [],
  });
  const of = (span: string) => json(site, `/channel/harborlight/user/dot/stats?${span}`);
  const from = new Date(NOW - 3_600_000).toISOString();
  assert.equal((await of(`from=${from}&to=${new Date(NOW - 3_597_000).toISOString()}`)).body.messageCount, 2);
  assert.equal((await of(`to=${from}`)).body.messageCount, 1);
  assert.equal((await of("from=0&to=1")).body.messageCount, 0);
});

Deno.test("a random message is one of the log, in any format, and each comes up", async () => {
  using site = logSite();
  const lines = (await (await site.request(`${DAY}?raw`)).text()).split("\r\n").slice(0, -1);
  const seen = new Set<string>();
  for (let n = 0; n < 400; n++) {
    const answer = await site.request("/channel/harborlight/random?raw");
    assert.equal(answer.headers.get("Cache-Control"), "no-cache");
    seen.add((await answer.text()).replace("\r\n", ""));
  }
  assert.deepEqual([...seen].sort(), lines.toSorted());
  const { body } = await json(site, "/channelid/9001/user/ben/random/?json");
  assert.equal(body.messages.length, 1);
  assert.equal(body.messages[0].username, "ben");
  assert.match(
    await (await site.request("/channel/harborlight/random")).text(),
    /^\[2026-11-09 12:00:\d\d\] #harborlight .*\r\n$/s,
  );
  assert.equal((await site.request("/channel/mossgarden/random")).status, 404);
  assert.equal((await site.request("/channel/mossgarden/user/ben/random")).status, 404);
});

Deno.test("a search finds a text anywhere in a user's messages, in any case, with all its signs as they are", async () => {
  using site = logSite();
  const texts = [
    "Good GAME everyone",
    "goodgame",
    "a (b) [c] 100% \\d+ x.y",
    "草草草 OK",
    "the good gamer",
    "xgood game",
  ];
  store(site, NOW - 60_000, texts);
  const find = async (q: string, more = "") => {
    const query = new URLSearchParams({ q });
    const { body } = await json(site, `/channel/harborlight/user/dot/search?${query}&json${more}`);
    return body.messages.map(({ text }: { text: string }) => text);
  };
  assert.deepEqual(await find("good game"), [texts[0], texts[4], texts[5]]);
  assert.deepEqual(await find("OOD GAME E"), [texts[0]]);
  assert.deepEqual(await find("odga"), [texts[1]]);
  assert.deepEqual(await find(") [c] 100% \\D"), [texts[2]]);
  assert.deepEqual(await find("x.y"), [texts[2]]);
  assert.deepEqual(await find("x.*y"), []);
  assert.deepEqual(await find("草草"), [texts[3]]);
  assert.deepEqual(
    await find("raiders from"),
    ["15 raiders from Dot have joined!"],
    "Twitch's sentence counts, too",
  );
  assert.deepEqual(await find("good", "&reverse&limit=2&offset=1"), [texts[4], texts[1]]);
  assert.deepEqual(await find("nothing like it"), []);
  const raw = await (await site.request("/channelid/9001/userid/105/search/?q=XGOOD&raw")).text();
  assert.match(raw, /^@tmi-sent-ts=\d+;.* :xgood game\r\n$/);
});

Deno.test("/?channel=X&username=Y opens the page of that user in that channel", async () => {
  using site = logSite();
  const at = async (path: string) => {
    const answer = await site.request(path);
    assert.equal(answer.status, 302);
    return answer.headers.get("Location");
  };
  assert.equal(await at("/?channel=harborlight&username=Ada"), "/users/101?channel=harborlight");
  assert.equal(await at("/?channel=harborlight"), "/channels/harborlight");
  assert.equal(LINES.length, 17);
});
