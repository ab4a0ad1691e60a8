import assert from "node:assert/strict";
import type { Scope } from "../../../src/archive/access/token.ts";
import { hashOf } from "../../../src/web/access/token.ts";
import { StandingClock } from "../../support/clock.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";
import { DAY_MS } from "../../../src/clock.ts";
import { logIn, newToken } from "../../support/site/clients.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };

const post = (site: TestSite, path: string, fields: Record<string, string>, headers = {}) =>
  site.request(path, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body: String(new URLSearchParams(fields)),
  });

Deno.test("the page shows a new token once, and the file has only its hash", async () => {
  using site = testSite();
  const answer = await post(site, "/tokens", { name: " My bot ", read: "on", manage: "on", days: "7" });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  const text = /sbk_[\w-]{43}/.exec(await answer.text())![0];
  const [token] = await site.archive.tokens();
  assert.deepEqual([token!.name, token!.hash, token!.scopes], ["My bot", hashOf(text), ["read", "manage"]]);
  assert.equal(token!.expiresAt! - token!.createdAt, 7 * DAY_MS);
  const list = await (await site.request("/tokens")).text();
  assert.match(list, /My bot/);
  assert.ok(!list.includes(text));
  for (const suffix of ["", "-wal"]) {
    const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(site.path + suffix));
    assert.ok(!bytes.includes(text.slice(8)), `the token is not in twitch.db${suffix}`);
  }
});

Deno.test("a token that is not valid as typed is refused beside the field, with what was typed", async () => {
  using site = testSite();
  await post(site, "/tokens", { name: "taken", read: "on", days: "" });
  const wrong: [Record<string, string>, RegExp][] = [
    [{ name: "", read: "on", days: "" }, /A name has 1 to 60/],
    [{ name: "a\r\nSet-Cookie: x=y", read: "on", days: "" }, /A name has 1 to 60/],
    [{ name: "bot", days: "" }, /Choose at least one/],
    [{ name: "bot", read: "on", days: "0" }, /whole number of days from 1 to 3650/],
    [{ name: "bot", read: "on", days: "1e9" }, /whole number of days/],
    [{ name: "taken", read: "on", days: "" }, /There is a token “taken” already/],
  ];
  for (const [fields, problem] of wrong) {
    const answer = await post(site, "/tokens", fields);
    assert.equal(answer.status, 422, JSON.stringify(fields));
    assert.match(await answer.text(), problem);
  }
  assert.equal((await post(site, "/tokens", { name: "bot", read: "maybe", days: "" })).status, 400);
  assert.equal((await post(site, "/tokens", { name: "x".repeat(70_000), days: "" })).status, 413);
  assert.deepEqual((await site.archive.tokens()).map(({ name }) => name), ["taken"]);
});

Deno.test("there are at most 500 tokens", async () => {
  using site = testSite();
  for (let n = 0; n < 500; n++) await newToken(site, "read", { name: `bot ${n}` });
  const answer = await post(site, "/tokens", { name: "one more", read: "on", days: "" });
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /There are 500 tokens\. Revoke one first/);
  assert.equal((await post(site, "/tokens/bot%200", { revoke: "1" })).status, 303);
  assert.equal((await post(site, "/tokens", { name: "one more", read: "on", days: "" })).status, 200);
});

Deno.test("a token allows what its scopes include, in either header, until it is revoked", async () => {
  using site = testSite({ loopback: false, adminPassword: "open sesame" });
  const manage = await newToken(site, "manage");
  const read = await newToken(site, "read");
  const add = async (name: string, headers: Record<string, string>) =>
    (await site.request("/channels", {
      method: "POST",
      headers: { "Content-Type": FORM["Content-Type"], ...headers },
      body: `name=${name}`,
    })).status;
  assert.equal(await add("one", { "X-Api-Key": manage }), 303);
  assert.equal(await add("two", { Authorization: `Bearer ${manage}` }), 303);
  assert.equal(await add("three", { Authorization: `bearer  ${manage}` }), 303);
  assert.equal(await add("no", { Authorization: `Basic ${manage}` }), 403);
  assert.equal(await add("no", { "X-Api-Key": read }), 403);
  assert.equal(await add("no", { "X-Api-Key": manage.slice(0, -1) }), 401);
  assert.equal(await add("no", { "X-Api-Key": manage, Authorization: `Bearer ${read}` }), 400);
  const Cookie = await logIn(site, "open sesame");
  assert.equal((await post(site, "/tokens/manage", { revoke: "1" }, { Cookie })).status, 303);
  assert.equal(await add("no", { "X-Api-Key": manage }), 401);
  assert.deepEqual(site.recorder.writer.channels().map(({ login }) => login), ["one", "three", "two"]);
});

Deno.test("a refused token is answered with 401 and names its scheme", async () => {
  const clock = new StandingClock();
  const now = Date.UTC(2026, 10, 28);
  using site = testSite({}, () => now + clock.now, { clock });
  const token = await newToken(site, "read", { days: 1 });
  const ask = (text: string) => site.request("/channels", { headers: { "X-Api-Key": text } });
  assert.equal((await ask(token)).status, 200);
  clock.now = DAY_MS;
  const expired = await ask(token);
  assert.equal(expired.status, 401);
  assert.match(expired.headers.get("WWW-Authenticate")!, /^Bearer realm="Scrollback"/);
  assert.match(await expired.text(), /expired on 2026-11-29/);
  const forged = await ask(`sbk_${"A".repeat(43)}`);
  assert.equal(forged.status, 401);
  assert.match(await forged.text(), /not valid here/);
});

Deno.test("the token decides alone: a session beside it adds nothing, and a wrong one is not passed over", async () => {
  using site = testSite({ adminPassword: "open sesame" });
  const Cookie = await logIn(site, "open sesame");
  const read = await newToken(site, "read");
  assert.equal((await post(site, "/channels", { name: "a" }, { Cookie, "X-Api-Key": read })).status, 403);
  assert.equal((await post(site, "/channels", { name: "a" }, { Cookie, "X-Api-Key": "x" })).status, 401);
  assert.equal((await post(site, "/channels", { name: "a" }, { Cookie })).status, 303);
});

Deno.test("another site can use neither a cookie nor a wrong token, but a token from anywhere is its owner's", async () => {
  using site = testSite({ adminPassword: "open sesame" });
  const Cookie = await logIn(site, "open sesame");
  const manage = await newToken(site, "manage");
  const foreign = { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" };
  const add = async (headers: Record<string, string>) =>
    (await post(site, "/channels", { name: "a" }, { ...foreign, ...headers })).status;
  assert.equal(await add({ Cookie }), 403);
  assert.equal(await add({ Cookie, "X-Api-Key": "sbk_" }), 401);
  assert.deepEqual(site.recorder.writer.channels(), []);
  assert.equal(await add({ "X-Api-Key": manage }), 303);
  // Where a token says nothing, it excuses nothing either.
  const out = await post(site, "/logout", {}, { ...foreign, Cookie, "X-Api-Key": manage });
  assert.equal(out.status, 403);
  assert.equal((await post(site, "/channels", { name: "a" }, { Cookie })).status, 303, "still logged in");
});

Deno.test("no token makes, lists or revokes tokens", async () => {
  using site = testSite({ adminPassword: "open sesame" });
  const all: Scope[][] = [["read"], ["read", "export", "manage"]];
  for (const token of await Promise.all(all.map((scopes) => newToken(site, scopes)))) {
    const headers = { "X-Api-Key": token };
    assert.equal((await site.request("/tokens", { headers })).status, 403);
    assert.equal((await post(site, "/tokens", { name: "x", read: "on", days: "" }, headers)).status, 403);
    assert.equal((await post(site, "/tokens/read", { revoke: "1" }, headers)).status, 403);
  }
  assert.equal((await site.archive.tokens()).length, 2);
});

Deno.test("a token in an address is refused, however it is written", async () => {
  using site = testSite();
  const token = await newToken(site, "manage");
  for (
    const path of [
      `/channels?token=${token}`,
      `/channels?x=1&access_token=Bearer%20${token}`,
      `/${token}`,
      `/channels?t=${token.replace("_", "%5F")}`,
      `/channels?t=%73%62%6b_${token.slice(4)}&u=%ff`,
      `/search/messages?q=${token.slice(0, 30)}`,
    ]
  ) {
    const answer = await site.request(path);
    assert.equal(answer.status, 400, path);
    assert.match(await answer.text(), /There is a token in the address/);
  }
  assert.equal((await site.request("/search/messages?q=sbk_")).status, 200);
});

Deno.test("the authorization of a proxy, of another scheme, is ignored", async () => {
  using site = testSite();
  for (const Authorization of ["Basic YTpi", "Bearer eyJhbGciOi.J9.x", "Negotiate x", "Bearer", ""]) {
    assert.equal(
      (await site.request("/channels", { headers: { Authorization } })).status,
      200,
      Authorization,
    );
  }
});

Deno.test("a page for a token is stored in no cache", async () => {
  using site = testSite();
  const token = await newToken(site, "read");
  const answer = await site.request("/channels", { headers: { "X-Api-Key": token } });
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
  assert.match((await site.request("/channels")).headers.get("Vary")!, /Authorization, X-Api-Key/);
});
