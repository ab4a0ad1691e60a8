import assert from "node:assert/strict";
import { StandingClock } from "../../support/clock.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const own = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };
const post = (site: TestSite, path: string, body: string, headers: Record<string, string> = own) =>
  site.request(path, { method: "POST", body, headers });

Deno.test("one or many channels are added, in any notation of their names", async () => {
  using site = testSite();
  assert.equal((await post(site, "/channels", "name=%23HarborLight")).headers.get("Location"), "/channels/1");
  await post(site, "/channels", `name=${encodeURIComponent("mossgarden, https://www.twitch.tv/OldLantern")}`);
  assert.deepEqual(site.recorder.writer.channels().map(({ login }) => login), [
    "harborlight",
    "mossgarden",
    "oldlantern",
  ]);
});

Deno.test("a channel that is being deleted cannot be added before it is gone, and the page says so", async () => {
  using site = testSite();
  await post(site, "/channels", "name=harborlight");
  site.recorder.writer.deleteChannel(1, true);
  const answer = await post(site, "/channels", "name=harborlight+mossgarden");
  assert.equal(answer.status, 422);
  const page = await answer.text();
  assert.match(page, /harborlight is still being deleted: add it again when it is gone from the list/);
  assert.match(page, /value="harborlight"/, "the other one was added");
  assert.equal(site.recorder.writer.channels().length, 2);
});

Deno.test("an invalid name is reported beside the field, and nothing is added", async () => {
  using site = testSite();
  const answer = await post(site, "/channels", `name=${encodeURIComponent("harborlight not!a!name")}`);
  assert.equal(answer.status, 422);
  const page = await answer.text();
  assert.match(page, /“not!a!name” is not the name of a channel/);
  assert.match(page, /value="harborlight not!a!name"/);
  assert.deepEqual(site.recorder.writer.channels(), []);
});

Deno.test("a form from another site is refused; one from no browser is not", async () => {
  using site = testSite();
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  const foreign: Record<string, string>[] = [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site", Origin: "http://localhost" },
    { Origin: "http://evil.example" },
    { Origin: "null" },
  ];
  for (const headers of foreign) {
    assert.equal(
      (await post(site, "/channels", "name=a", { ...form, ...headers })).status,
      403,
      JSON.stringify(headers),
    );
  }
  assert.deepEqual(site.recorder.writer.channels(), []);
  assert.equal(
    (await post(site, "/channels", "name=a", { ...form, Origin: "http://localhost" }))
      .status,
    303,
  );
  assert.equal((await post(site, "/channels", "name=b", form)).status, 303);
});

Deno.test("on loopback without a password, requests under a foreign host name are refused", async () => {
  using site = testSite();
  const ask = (host: string) => site.requestFrom("127.0.0.1", `http://${host}/`);
  assert.equal((await ask("rebound.example:8080")).status, 403);
  assert.equal((await ask("127.0.0.1:8080")).status, 200);
  using guarded = testSite({ adminPassword: "open sesame" });
  assert.equal((await guarded.requestFrom("127.0.0.1", "http://chat.example/")).status, 200);
});

Deno.test("reachable from other machines without a password, the archive is read and not managed", async () => {
  using site = testSite({ loopback: false });
  assert.equal((await site.request("/channels")).status, 200);
  const answer = await post(site, "/channels", "name=harborlight");
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /Set ADMIN_PASSWORD/);
  for (const path of ["/channels/1", "/channels/1/delete"]) {
    assert.equal((await post(site, path, "")).status, 403);
  }
  assert.deepEqual(site.recorder.writer.channels(), []);
});

Deno.test("through a proxy without a password, the archive is read and not managed, and pages say why", async () => {
  using site = testSite();
  const headers = { ...own, "X-Forwarded-For": "203.0.113.1" };
  const page = await site.request("/channels", { headers });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /came through a proxy and the server has no password/);
  const refused = await post(site, "/channels", "name=harborlight", headers);
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /came through a proxy.*Set ADMIN_PASSWORD/s);
  for (const path of ["/channels/1", "/channels/1/delete", "/channels/1/retention"]) {
    assert.equal((await post(site, path, "", headers)).status, 403);
  }
  assert.deepEqual(site.recorder.writer.channels(), []);
  using trusting = testSite({ trustedProxies: ["127.0.0.1"] });
  const trusted = { method: "POST", body: "name=harborlight", headers };
  assert.equal((await trusting.requestFrom("127.0.0.1", "http://localhost/channels", trusted)).status, 403);
});

Deno.test("only a trusted proxy that says https gets a cookie that is sent encrypted only", async () => {
  using site = testSite({ adminPassword: "open sesame", trustedProxies: ["127.0.0.1"] });
  const login = async (peer: string) => {
    const init = {
      method: "POST",
      body: "password=open%20sesame",
      headers: { ...own, "X-Forwarded-Proto": "https" },
    };
    return (await site.requestFrom(peer, "http://localhost/login", init)).headers.getSetCookie();
  };
  for (const cookie of await login("127.0.0.1")) assert.match(cookie, /Secure/);
  for (const cookie of await login("192.0.2.1")) assert.doesNotMatch(cookie, /Secure/);
});

Deno.test("with a password, managing requires a login, until logout", async () => {
  using site = testSite({ loopback: false, adminPassword: "open sesame" });
  assert.equal((await post(site, "/channels", "name=harborlight")).status, 403);
  assert.equal((await post(site, "/login", "password=wrong")).status, 422);
  const opened = await post(site, "/login", "password=open%20sesame");
  assert.equal(opened.status, 303);
  const cookie = opened.headers.get("Set-Cookie")!;
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  const session = cookie.split(";")[0]!;
  assert.equal((await post(site, "/channels", "name=harborlight", { ...own, Cookie: session })).status, 303);
  const forged = session.replace(/=.{4}/, "=AAAA");
  assert.equal((await post(site, "/channels", "name=mossgarden", { ...own, Cookie: forged })).status, 403);
  const closed = await post(site, "/logout", "", { ...own, Cookie: session });
  assert.match(closed.headers.get("Set-Cookie")!, /Max-Age=0/);
  const copied = await post(site, "/channels", "name=mossgarden", { ...own, Cookie: session });
  assert.equal(copied.status, 403, "a copied cookie is worthless after logging out");
});

Deno.test("a session of another process is not valid", async () => {
  using one = testSite({ adminPassword: "open sesame" });
  using other = testSite({ adminPassword: "open sesame" });
  const session = (await post(one, "/login", "password=open%20sesame")).headers.get("Set-Cookie")!.split(
    ";",
  )[0]!;
  assert.equal((await post(other, "/channels", "name=a", { ...own, Cookie: session })).status, 403);
});

Deno.test("a session and its cookie end after a week, whatever the wall clock says", async () => {
  const clock = new StandingClock();
  using site = testSite({ adminPassword: "open sesame" }, undefined, { clock });
  const opened = await post(site, "/login", "password=open%20sesame");
  const Cookie = opened.headers.get("Set-Cookie")!.split(";")[0]!;
  const add = async (name: string) =>
    (await post(site, "/channels", `name=${name}`, { ...own, Cookie })).status;
  clock.shiftMs = 365 * 24 * 3_600_000;
  assert.equal(await add("harborlight"), 303);
  clock.now += 7 * 24 * 3_600_000;
  assert.equal(await add("mossgarden"), 403);
});

Deno.test("password guesses are slowed down, correct ones too", async () => {
  const clock = new StandingClock();
  using site = testSite({ adminPassword: "open sesame" }, undefined, { clock });
  for (let i = 0; i < 3; i++) assert.equal((await post(site, "/login", "password=guess")).status, 422);
  const early = await post(site, "/login", "password=open%20sesame");
  assert.equal(early.status, 429);
  assert.equal(early.headers.get("Retry-After"), "1");
  clock.now += 1_000;
  assert.equal((await post(site, "/login", "password=open%20sesame")).status, 303);
});

Deno.test("a form that is too long is refused", async () => {
  using site = testSite();
  assert.equal((await post(site, "/channels", `name=${"a".repeat(70_000)}`)).status, 413);
});

Deno.test("every answer has a Content-Security-Policy that allows only our own scripts", async () => {
  using site = testSite();
  for (const path of ["/", "/nowhere", "/static/favicon.svg", "/healthz"]) {
    const answer = await site.request(path);
    const policy = answer.headers.get("Content-Security-Policy")!;
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff");
    await answer.body?.cancel();
  }
});

Deno.test("a body that is not a form is answered with 400", async () => {
  using site = testSite();
  const broken = { "Content-Type": "multipart/form-data; boundary=x" };
  assert.equal((await post(site, "/channels", "no boundary in it", broken)).status, 400);
  assert.equal(
    (await post(site, "/channels", `{"name":"a"}`, { "Content-Type": "application/json" })).status,
    400,
  );
  assert.deepEqual(site.faults, []);
});

Deno.test("metrics and reasons are open, or with METRICS_TOKEN require it or a login", async () => {
  using open = testSite();
  assert.deepEqual(Object.keys(await (await open.request("/readyz")).json()), ["ready", "reasons"]);
  const token = "a-long-enough-token";
  using closed = testSite({ adminPassword: "open sesame", metricsToken: token });
  const ask = (path: string, headers: Record<string, string> = {}) => closed.request(path, { headers });
  assert.equal((await ask("/metrics")).status, 401);
  assert.equal((await ask("/metrics", { Authorization: "Bearer wrong" })).status, 401);
  assert.deepEqual(Object.keys(await (await ask("/readyz")).json()), ["ready"]);
  assert.equal((await ask("/healthz")).status, 200);
  // This site keeps no metrics: who may see them learns that.
  assert.equal((await ask("/metrics", { Authorization: `Bearer ${token}` })).status, 404);
  assert.equal((await ask("/metrics", { Authorization: `bearer ${token}` })).status, 404);
  const reasons = await (await ask("/readyz", { Authorization: `Bearer ${token}` })).json();
  assert.deepEqual(Object.keys(reasons), ["ready", "reasons"]);
  const Cookie = (await post(closed, "/login", "password=open%20sesame")).headers.get("Set-Cookie")!.split(
    ";",
  )[0]!;
  assert.equal((await ask("/metrics", { Cookie })).status, 404);
});
