/** Requests that nobody sends by mistake, and wrong values: each gets a clear refusal in plain text. */
import assert from "node:assert/strict";
import { DAY, logSite } from "../../support/api/log_site.ts";
import { connect, read } from "../../support/http/raw_client.ts";
import { serve } from "../../support/http/served.ts";

const WRONG: [path: string, message: RegExp][] = [
  [`${DAY}?limit=-1`, /^“-1” is not a valid limit: use a whole number, 0 or more$/],
  [`${DAY}?limit=`, /^“” is not a valid limit/],
  [`${DAY}?limit=1.5`, /^“1.5” is not a valid limit/],
  [`${DAY}?limit=0x10`, /^“0x10” is not a valid limit/],
  [`${DAY}?limit=99999999999999999999`, /is not a valid limit/],
  [`${DAY}?offset=ten`, /^“ten” is not a valid offset: use a whole number, 0 or more$/],
  [`${DAY}?type=xml`, /^“xml” is not a type of log: use json or raw$/],
  [
    "/channel/harborlight/2026/13/1",
    /^“2026\/13\/1” is not a date: use year\/month\/day, such as 2026\/11\/9$/,
  ],
  ["/channel/harborlight/2026/2/29", /^“2026\/2\/29” is not a date/],
  ["/channel/harborlight/2026/00/00", /is not a date/],
  ["/channel/harborlight/26/11/9", /is not a date/],
  ["/channel/harborlight/1969/12/31", /is not a date/],
  ["/channel/harborlight/2026/11/9e0", /is not a date/],
  ["/channel/harborlight/user/ada/2026/13", /^“2026\/13\/1” is not a date/],
  [
    "/channel/harborlight?from=yesterday",
    /^“yesterday” is not a valid from: use 2026-11-09T12:00:00Z or seconds since 1970$/,
  ],
  ["/channel/harborlight?from=2026-11-09", /is not a valid from/],
  ["/channel/harborlight?to=2026-02-30T00:00:00Z", /^“2026-02-30T00:00:00Z” is not a valid to/],
  ["/channel/harborlight?to=2026-11-09T25:00:00Z", /is not a valid to/],
  ["/channel/harborlight?from=2026-11-09T00:00:00", /is not a valid from/],
  ["/channel/harborlight?from=-5", /is not a valid from/],
  ["/channel/harborlight?from=999999999999", /is not a valid from/],
  ["/channel/harborlight?from=", /is not a valid from/],
  ["/channel/harborlight/stats?from=x", /is not a valid from/],
  ["/channel/no-login", /^“no-login” is not a channel name: use the login$/],
  [`/channel/${"a".repeat(26)}`, /is not a channel name: use the login$/],
  [
    "/channel/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    /^“<script>alert\(1\)<\/script>” is not a channel name: use the login$/,
  ],
  [
    "/channel/..%2f..%2fetc%2fpasswd/2026/11/9",
    /^“..\/..\/etc\/passwd” is not a channel name: use the login$/,
  ],
  ["/channel/%00/2026/11/9", /is not a channel name: use the login$/],
  ["/channelid/forsen", /^“forsen” is not the id of a channel: use Twitch's id, a whole number$/],
  ["/channelid/-1/2026/11/9", /is not the id of a channel: use Twitch's id, a whole number$/],
  ["/channelid/99999999999999999999/random", /is not the id of a channel: use Twitch's id, a whole number$/],
  ["/channel/harborlight/userid/ada", /^“ada” is not the id of a user: use Twitch's id, a whole number$/],
  ["/channel/harborlight/user/%20/2026/11", /is not a user name: use a login or a display name$/],
  [
    `/channel/harborlight/user/${"%E8%8D%89".repeat(61)}`,
    /is not a user name: use a login or a display name$/,
  ],
  ["/channel/harborlight/user/ada/search", /^Nothing is searched for: the parameter q is empty$/],
  ["/channel/harborlight/user/ada/search?q=%20", /the parameter q is empty$/],
  [
    `/channel/harborlight/user/ada/search?q=${"a".repeat(501)}`,
    /^The parameter q is too long: use at most 500 characters$/,
  ],
  ["/channel/harborlight/user/ada/search?q=a%00b", /^“a\\u0000b” is not a valid q: use text without/],
  ["/channel/harborlight?from=2026-11-10T00:00:00Z&to=1", /^“1” is not a valid to: use a time after from$/],
  ["/channel/harborlight/stats?from=5&to=4", /^“4” is not a valid to: use a time after from$/],
  ["/list?channel=harborlight&channelid=9001", /^There are two names: use either channel or channelid$/],
  ["/list?channel=harborlight&user=ada&userid=101", /^There are two names: use either user or userid$/],
  ["/list", /^The parameter channel or channelid is missing$/],
  ["/list?user=ada", /^The parameter channel or channelid is missing$/],
  ["/list?channelid=x", /^“x” is not the id of a channel: use Twitch's id, a whole number$/],
  ["/list?channel=harborlight&userid=x", /^“x” is not the id of a user: use Twitch's id, a whole number$/],
  ["/namehistory/ada", /^“ada” is not the id of a user: use Twitch's id, a whole number$/],
];

Deno.test("a wrong value is refused in plain text that names it and says what would be right", async () => {
  using site = logSite();
  for (const [path, message] of WRONG) {
    const answer = await site.request(path);
    const text = await answer.text();
    assert.equal(answer.status, 400, `${path}: ${text}`);
    assert.match(text, message, path);
    assert.match(answer.headers.get("Content-Type")!, /^text\/plain/);
    assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(answer.headers.get("Cache-Control"), "no-store");
    assert.ok(text.length < 200, "a long value is cut");
  }
  assert.deepEqual(site.faults, []);
});

Deno.test("unknown channels, users and days are answered with 404 in rustlog's words", async () => {
  using site = logSite();
  await site.recorder.deleteChannel(2, true);
  for (
    const path of [
      "/channel/nobody/2026/11/9",
      "/channel/nobody",
      "/channelid/4711/2026/11/9",
      "/channel/mossgarden/2026/11/9",
      "/channel/harborlight/user/nobody/2026/11",
      "/channel/harborlight/userid/4711",
      "/channel/harborlight/userid/4711/random",
      "/channel/nobody/stats",
      "/channel/harborlight/user/nobody/search?q=a",
      "/list?channel=nobody",
      "/list?channel=harborlight&user=nobody",
      "/channel",
      "/channel/",
      "/channelid",
      "/channel/harborlight/2026",
      "/channel/harborlight/2026/11/9/12",
      "/channel/harborlight/user",
    ]
  ) {
    const answer = await site.request(path);
    assert.deepEqual([answer.status, await answer.text()], [404, "Not found"], path);
  }
});

Deno.test("addresses of pages stay pages", async () => {
  using site = logSite();
  for (
    const path of [
      "/",
      "/channels",
      "/channels/1",
      "/channels/1/coverage",
      "/users",
      "/users/101",
      "/search/messages?q=hello",
    ]
  ) {
    const answer = await site.request(path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("Content-Type")!, /^text\/html/, path);
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), null, path);
    assert.equal(answer.headers.get("X-Rustlog-Capabilities"), null, path);
  }
  assert.equal((await site.request("/channels/harborlight")).headers.get("Location"), "/channels/1");
});

Deno.test("every site may read, after a preflight too, and none may change anything", async () => {
  using site = logSite();
  const cross = { Origin: "https://logs.example", "Sec-Fetch-Site": "cross-site" };
  const paths = [
    DAY,
    "/channels",
    "/api/channels",
    "/list?channel=harborlight",
    "/namehistory/1",
    "/capabilities",
  ];
  for (const path of [...paths, "/channelid/9001/userid/101/stats", "/api/v2/recent-messages/harborlight"]) {
    const preflight = await site.request(path, {
      method: "OPTIONS",
      headers: {
        ...cross,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type,if-none-match",
      },
    });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get("Access-Control-Allow-Origin"), "*");
    assert.equal(preflight.headers.get("Access-Control-Allow-Methods"), "GET,HEAD,OPTIONS");
    assert.equal(preflight.headers.get("Access-Control-Allow-Headers"), "content-type,if-none-match");
    assert.equal(preflight.headers.get("Access-Control-Allow-Credentials"), null);
    const answer = await site.request(path, { headers: { ...cross, Accept: "*/*" } });
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
    assert.match(answer.headers.get("Access-Control-Expose-Headers")!, /X-Scrollback-Coverage/);
    for (const method of ["POST", "PUT", "DELETE"]) {
      assert.ok((await site.request(path, { method, headers: cross })).status >= 400, `${method} ${path}`);
    }
  }
  const page = await site.request("/channels/1", { method: "OPTIONS", headers: cross });
  assert.equal(page.headers.get("Access-Control-Allow-Origin"), null);
});

Deno.test("on a server of this machine alone, other names are refused here, too", async () => {
  using site = logSite();
  const answer = await site.requestFrom("127.0.0.1", `http://rebound.example${DAY}?raw`);
  assert.equal(answer.status, 403);
  assert.doesNotMatch(await answer.text(), /Kappa/);
});

Deno.test("nothing from a request gets into a header", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  for (
    const target of [
      "/channel/harborlight%0d%0aSet-Cookie:%20a=b",
      "/channel/harborlight?x=%0d%0aSet-Cookie:%20a=b",
      "/channel/harborlight/user/ada%0d%0aSet-Cookie:%20a=b",
      "/channel/harborlight/user/%E3%80%82ada",
      "/channelid/9001/userid/101?%00&raw=%22;filename=x",
    ]
  ) {
    using client = await connect(
      server,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    const [head = ""] = (await read(client)).split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 (?:303|400|404) /, target);
    assert.doesNotMatch(head, /\r\nSet-Cookie/i, target);
  }
});

Deno.test("a cache keeps the forms of an address apart", async () => {
  using site = logSite();
  const text = await site.request(DAY);
  const json = await site.request(DAY, { headers: { "Content-Type": "application/json" } });
  assert.notEqual(text.headers.get("ETag"), json.headers.get("ETag"));
  for (const answer of [text, json]) assert.match(answer.headers.get("Vary")!, /\bContent-Type\b/);
  for (const name of ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"]) {
    const poisoned = await site.request("/channel/harborlight", { headers: { [name]: "evil.example" } });
    assert.equal(poisoned.headers.get("Location"), DAY);
  }
  const refused = await site.request("/channel/harborlight?from=x");
  assert.equal(refused.headers.get("Cache-Control"), "no-store", "a refusal is not kept");
});

Deno.test("a request that is too long is refused", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  using client = await connect(
    server,
    `GET ${DAY}?${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  );
  assert.match(await read(client), /^HTTP\/1\.1 431 /);
});
