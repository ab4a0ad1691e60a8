/** Logs of days, months and spans: addresses, order, and parts. */
import assert from "node:assert/strict";
import { privmsg } from "../../support/chat/lines.ts";
import { DAY, LINES, logSite, NOW, receivedLines } from "../../support/api/log_site.ts";
import type { TestSite } from "../../support/site/site.ts";

/** The texts of a raw log. */
function textsOf(raw: string): string[] {
  return raw.split("\r\n").slice(0, -1).map((line) =>
    line.slice(line.indexOf(" :", line.indexOf("PRIVMSG")) + 2)
  );
}

async function texts(site: TestSite, path: string): Promise<string[]> {
  const answer = await site.request(path);
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return textsOf(await answer.text());
}

/** Messages 0 to count - 1 of user 101 in harborlight, one an hour from the beginning of October, and lines in harborlight. */
function siteWithHours(count: number): TestSite {
  const site = logSite();
  const from = Date.UTC(2026, 9, 1);
  const lines = Array.from({ length: count }, (_, n) =>
    privmsg({
      channel: "harborlight",
      roomId: 9001,
      login: "ada",
      userId: 101,
      text: `hour ${n}`,
      sentAt: from + n * 3_600_000,
    }));
  for (const [n, received] of receivedLines(lines, from).entries()) {
    site.recorder.fill(
      {
        channelId: 1,
        from: from + n * 3_600_000 - 1,
        to: from + n * 3_600_000 + 1,
        source: "a.test",
        filledAt: NOW,
      },
      [{ ...received, receivedAt: from + n * 3_600_000 }],
    );
  }
  site.recorder.writer.flushCounters();
  return site;
}

Deno.test("a channel and a user are found by name or id, in any case, with or without a slash at the end", async () => {
  using site = logSite();
  const day = await (await site.request(`${DAY}?raw`)).text();
  for (
    const path of [
      "/channelid/9001/2026/11/9",
      "/channel/HarborLight/2026/11/09",
      "/channel/harborlight/2026/11/9/",
    ]
  ) {
    assert.equal(await (await site.request(`${path}?raw`)).text(), day, path);
  }
  const month = await (await site.request("/channel/harborlight/user/ada/2026/11?raw")).text();
  assert.equal(month.split("\r\n").length, 3, "a message and its deletion");
  for (
    const path of [
      "/channelid/9001/userid/101/2026/11",
      "/channel/harborlight/userid/101/2026/11/",
      "/channelid/9001/user/ADA/2026/11",
    ]
  ) assert.equal(await (await site.request(`${path}?raw`)).text(), month, path);
  const korean = `/channel/harborlight/user/${encodeURIComponent("표시명")}/2026/11?raw`;
  assert.equal(
    (await (await site.request(korean)).text()).split("\r\n").length,
    3,
    "a message and a timeout",
  );
});

Deno.test("without a date it redirects to the latest day or month, and keeps the query", async () => {
  using site = siteWithHours(2);
  for (
    const [path, location] of [
      [
        "/channel/harborlight?json&reverse=0&limit=5",
        "/channel/harborlight/2026/11/9?json&reverse=0&limit=5",
      ],
      ["/channelid/9001/", "/channelid/9001/2026/11/9"],
      ["/channel/harborlight/user/ada?raw", "/channel/harborlight/user/ada/2026/11?raw"],
      ["/channelid/9001/userid/101/?a=%0d%0aX:1", "/channelid/9001/userid/101/2026/11?a=%0d%0aX:1"],
      [
        `/channel/harborlight/user/${encodeURIComponent("표시명")}`,
        `/channel/harborlight/user/${encodeURIComponent("표시명")}/2026/11`,
      ],
    ] as const
  ) {
    const answer = await site.request(path);
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("Location"), location);
    assert.equal(answer.headers.get("Cache-Control"), "no-cache");
  }
  assert.equal((await site.request("/channel/mossgarden")).status, 404);
  assert.equal((await site.request("/channel/harborlight/user/oldbot")).status, 303);
});

Deno.test("the newest message comes first on request, and a log ends with a line end in both orders", async () => {
  using site = logSite();
  const oldest = await (await site.request(`${DAY}?raw`)).text();
  const newest = await (await site.request(`${DAY}?raw&reverse`)).text();
  assert.ok(newest.endsWith("\r\n") && oldest.endsWith("\r\n"));
  assert.deepEqual(newest.split("\r\n").slice(0, -1), oldest.split("\r\n").slice(0, -1).reverse());
});

Deno.test("offset and limit take a part of a log, over any span and in both orders", async () => {
  using site = siteWithHours(24 * 31);
  const month = "/channel/harborlight?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&raw";
  const all = await texts(site, month);
  assert.deepEqual(all, Array.from({ length: 24 * 31 }, (_, n) => `hour ${n}`));
  for (
    const [offset, limit] of [[0, 10], [700, 10], [740, 100], [743, 1], [744, 5], [9_999, 5], [5, 0]] as const
  ) {
    const part = `offset=${offset}&limit=${limit}`;
    assert.deepEqual(await texts(site, `${month}&${part}`), all.slice(offset, offset + limit), part);
    assert.deepEqual(
      await texts(site, `${month}&reverse&${part}`),
      all.toReversed().slice(offset, offset + limit),
      `${part} newest first`,
    );
  }
  assert.deepEqual(await texts(site, "/channel/harborlight/user/ada/2026/10?raw&offset=600"), all.slice(600));
});

Deno.test("messages that logs do not have count neither for the offset nor for the limit", async () => {
  using site = logSite();
  const lines = (await (await site.request(`${DAY}?raw`)).text()).split("\r\n").slice(0, -1);
  const part = async (query: string) =>
    (await (await site.request(`${DAY}?raw&${query}`)).text()).split("\r\n").slice(0, -1);
  for (let offset = 0; offset < lines.length; offset++) {
    assert.deepEqual(await part(`offset=${offset}&limit=1`), [lines[offset]], `offset ${offset}`);
    assert.deepEqual(
      await part(`offset=${offset}&limit=3`),
      lines.slice(offset, offset + 3),
      `offset ${offset}`,
    );
  }
  assert.equal(LINES.length, lines.length + 1);
});

Deno.test("from is included and to excluded, as RFC 3339 in any zone or as seconds since 1970", async () => {
  using site = siteWithHours(5);
  const seconds = Date.UTC(2026, 9, 1, 1) / 1_000;
  for (
    const span of [
      "from=2026-10-01T01:00:00Z&to=2026-10-01T03:00:00Z",
      "from=2026-10-01T01:00:00.000Z&to=2026-10-01t03:00:00.000001z",
      `from=${seconds}&to=${seconds + 7_200}`,
      "from=2026-10-01T03:00:00%2B02:00&to=2026-10-01T01:00:00-02:00",
      "from=2026-10-01T03:00:00+02:00&to=2026-10-01%2001:00:00-02:00",
    ]
  ) assert.deepEqual(await texts(site, `/channel/harborlight?raw&${span}`), ["hour 1", "hour 2"], span);
  assert.deepEqual(await texts(site, "/channel/harborlight?raw&to=2026-10-01T02:00:00Z"), [
    "hour 0",
    "hour 1",
  ]);
  assert.deepEqual(
    await texts(site, "/channelid/9001/user/ada?raw&to=2026-10-01T02:00:00Z&from=2026-10-01T01:00:00Z"),
    ["hour 1"],
  );
  assert.deepEqual(await texts(site, "/channel/harborlight?raw&from=1790812800&to=1790812800"), []);
});

Deno.test("messages belong to the moment in which they were sent, however long they took within five minutes", async () => {
  using site = logSite();
  const midnight = Date.UTC(2026, 10, 15);
  /** Sent and received, in seconds from midnight. */
  const cases: [text: string, sentS: number | undefined, receivedS: number][] = [
    ["long before", -400, -400],
    ["before", -2, -1],
    ["sent before", -1, 30],
    ["sent first", 0, 31],
    ["late by four minutes", -10, 230],
    ["too late to be believed", -100, 300],
    ["without a time", undefined, 301],
    ["sent last", 86_399, 86_401],
    ["received last", 86_400, 86_401],
    ["after", 86_500, 86_500],
  ];
  const received = cases.map(([text, sentS, receivedS]) => {
    const line = sentS === undefined
      ? `:ann!ann@ann.tmi.twitch.tv PRIVMSG #harborlight :${text}`
      : privmsg({ channel: "harborlight", roomId: 9001, text, sentAt: midnight + sentS * 1_000 });
    return receivedLines([line], midnight + receivedS * 1_000)[0]!;
  });
  site.recorder.store(1, received);
  const day = await texts(site, "/channel/harborlight/2026/11/15?raw");
  assert.deepEqual(day, ["sent first", "too late to be believed", "without a time", "sent last"]);
  assert.deepEqual(await texts(site, "/channel/harborlight/2026/11/14?raw"), [
    "long before",
    "before",
    "sent before",
    "late by four minutes",
  ]);
  for (let offset = 0; offset <= day.length; offset++) {
    const part = `offset=${offset}&limit=2`;
    assert.deepEqual(
      await texts(site, `/channel/harborlight/2026/11/15?raw&${part}`),
      day.slice(offset, offset + 2),
    );
    assert.deepEqual(
      await texts(site, `/channel/harborlight/2026/11/15?raw&reverse&${part}`),
      day.toReversed().slice(offset, offset + 2),
    );
  }
  // A client that asks for what is older than the oldest message it has misses none, and gets none twice.
  const { messages } = await (await site.request("/channel/harborlight/2026/11/15?json")).json();
  const older = await texts(
    site,
    `/channel/harborlight?raw&from=2026-11-14T00:00:00Z&to=${messages[0].timestamp}`,
  );
  assert.deepEqual(older, await texts(site, "/channel/harborlight/2026/11/14?raw"));
});

Deno.test("an empty span is an empty log, and as JSON an object with an empty list", async () => {
  using site = logSite();
  for (const path of ["/channel/harborlight/2020/2/29", "/channel/mossgarden/2026/11/9"]) {
    for (
      const [flag, body] of [["raw", ""], ["", ""], ["ndjson", ""], ["json", '{"messages":[]}'], [
        "jsonBasic",
        '{"messages":[]}',
      ]]
    ) {
      const answer = await site.request(`${path}?${flag}`);
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), body, flag);
    }
  }
});

Deno.test("days are UTC and border on each other", async () => {
  using site = siteWithHours(49);
  const days = await Promise.all(
    [1, 2, 3].map((day) => texts(site, `/channel/harborlight/2026/10/${day}?raw`)),
  );
  assert.deepEqual(days.map((day) => day.length), [24, 24, 1]);
  assert.deepEqual(days.flat(), Array.from({ length: 49 }, (_, n) => `hour ${n}`));
});
