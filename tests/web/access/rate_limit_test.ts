import assert from "node:assert/strict";
import { RateLimiter } from "../../../src/web/access/rate_limit.ts";
import { StandingClock } from "../../support/clock.ts";
import { newToken } from "../../support/site/clients.ts";
import { testSite } from "../../support/site/site.ts";

Deno.test("a client may use its quota at once, and gets it back evenly, but never more than the whole", () => {
  const clock = new StandingClock();
  const limiter = new RateLimiter(60, clock);
  const burst = Array.from({ length: 61 }, () => limiter.take("a"));
  assert.deepEqual(burst[0], { limit: 60, remaining: 59, resetS: 1, retryS: 0 });
  assert.deepEqual(burst[59], { limit: 60, remaining: 0, resetS: 60, retryS: 0 });
  assert.deepEqual(burst[60], { limit: 60, remaining: 0, resetS: 60, retryS: 1 });
  assert.equal(limiter.take("b").retryS, 0, "others have a quota of their own");
  clock.now += 999;
  assert.equal(limiter.take("a").retryS, 1);
  clock.now += 2;
  assert.equal(limiter.take("a").retryS, 0);
  assert.equal(limiter.take("a").retryS, 1);
  clock.now += 3_600_000;
  assert.equal(limiter.take("a").remaining, 59);
});

Deno.test("a low limit says how long to wait", () => {
  const limiter = new RateLimiter(1, new StandingClock());
  limiter.take("a");
  assert.deepEqual(limiter.take("a"), { limit: 1, remaining: 0, resetS: 60, retryS: 60 });
});

Deno.test("the wall clock does not matter", () => {
  const clock = new StandingClock();
  const limiter = new RateLimiter(1, clock);
  limiter.take("a");
  clock.shiftMs = 1e12;
  assert.equal(limiter.take("a").retryS, 60);
});

Deno.test("memory is bounded, and an active client is not forgotten for others", () => {
  const limiter = new RateLimiter(2, new StandingClock());
  for (let n = 0; n < 60_000; n++) {
    limiter.take(`other ${n}`);
    if (n % 10_000 === 0) limiter.take("active");
    assert.ok(limiter.size <= 50_000);
  }
  assert.ok(limiter.take("active").retryS > 0);
});

const URL_OF_PAGE = "http://chat.example/about";

Deno.test("over the limit, the answer is 429 with Retry-After and the quota, as a page and as a problem", async () => {
  const clock = new StandingClock();
  using site = testSite({ loopback: false, rateLimit: 2 }, undefined, { clock });
  const ask = (peer: string, Accept: string) => site.requestFrom(peer, URL_OF_PAGE, { headers: { Accept } });
  const first = await ask("192.0.2.1", "text/html");
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("RateLimit-Policy"), '"client";q=2;w=60');
  assert.equal(first.headers.get("RateLimit"), '"client";r=1;t=30');
  assert.deepEqual(
    ["Limit", "Remaining", "Reset"].map((name) => first.headers.get(`RateLimit-${name}`)),
    ["2", "1", "30"],
  );
  await ask("192.0.2.1", "text/html");
  site.calls.length = 0;
  const refused = await ask("192.0.2.1", "text/html,*/*");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("Retry-After"), "30");
  assert.equal(refused.headers.get("RateLimit"), '"client";r=0;t=60');
  assert.match(await refused.text(), /More than 2 requests a minute/);
  assert.deepEqual(site.calls, [], "a refusal costs no call of the archive");
  const problem = await ask("192.0.2.1", "application/json");
  assert.equal(problem.headers.get("Content-Type"), "application/problem+json; charset=utf-8");
  const { status, title, detail } = await problem.json();
  assert.deepEqual([status, title], [429, "Too many requests"]);
  assert.match(detail, /possible in 30 s/);
  assert.equal((await ask("192.0.2.2", "text/html")).status, 200);
  clock.now += 30_000;
  assert.equal((await ask("192.0.2.1", "text/html")).status, 200);
});

Deno.test("IPv6 clients count by their /64, whatever address in it they take", async () => {
  using site = testSite({ loopback: false, rateLimit: 2 }, undefined, { clock: new StandingClock() });
  const ask = async (peer: string) => (await site.requestFrom(peer, URL_OF_PAGE)).status;
  assert.deepEqual(
    [await ask("2001:db8::1"), await ask("2001:db8::2"), await ask("2001:db8:0:0:ffff::3")],
    [200, 200, 429],
  );
  assert.equal(await ask("2001:db8:0:1::1"), 200);
  assert.deepEqual([await ask("192.0.2.9"), await ask("::ffff:192.0.2.9"), await ask("192.0.2.9")], [
    200,
    200,
    429,
  ]);
});

Deno.test("a token has a quota of its own on every address, and a wrong one is none", async () => {
  using site = testSite({ loopback: false, rateLimit: 2 }, undefined, { clock: new StandingClock() });
  const token = await newToken(site, "read");
  const ask = async (peer: string, key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { "X-Api-Key": key };
    return (await site.requestFrom(peer, URL_OF_PAGE, { headers })).status;
  };
  assert.deepEqual(
    [await ask("192.0.2.1", token), await ask("127.0.0.1", token), await ask("192.0.2.2", token)],
    [200, 200, 429],
  );
  assert.equal(await ask("192.0.2.1"), 200, "the address has its own");
  const guess = (n: number) => `sbk_${String(n).padStart(43, "0")}`;
  assert.deepEqual(
    [await ask("192.0.2.3", guess(1)), await ask("192.0.2.3", guess(2)), await ask("192.0.2.3", guess(3))],
    [401, 401, 429],
  );
});

Deno.test("forged headers give no further quota", async () => {
  using site = testSite({ loopback: false, rateLimit: 1 }, undefined, { clock: new StandingClock() });
  const ask = async (n: number) =>
    (await site.requestFrom("192.0.2.1", URL_OF_PAGE, {
      headers: {
        "X-Forwarded-For": `198.51.100.${n}`,
        "X-Real-IP": `198.51.100.${n}`,
        Forwarded: `for=10.0.0.${n}`,
      },
    })).status;
  assert.deepEqual([await ask(1), await ask(2)], [200, 429]);
});

Deno.test("supervisors, files and this machine are not limited; a login is", async () => {
  using site = testSite({ adminPassword: "open sesame", rateLimit: 1 }, undefined, {
    clock: new StandingClock(),
  });
  const ask = async (peer: string, path: string) =>
    (await site.requestFrom(peer, `http://chat.example${path}`)).status;
  for (const path of ["/healthz", "/readyz", "/static/app.js", "/robots.txt"]) {
    for (let n = 0; n < 3; n++) assert.equal(await ask("192.0.2.1", path), 200, path);
  }
  for (let n = 0; n < 3; n++) assert.equal(await ask("127.0.0.1", "/about"), 200);
  assert.deepEqual([await ask("192.0.2.1", "/login"), await ask("192.0.2.1", "/login")], [200, 429]);
});
