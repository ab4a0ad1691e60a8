import assert from "node:assert/strict";
import { StandingClock } from "../../support/clock.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const PASSWORD = "open sesame";

/** Tries passwords from an address. */
function stage(trustedProxies: string[] = []) {
  const clock = new StandingClock();
  const site: TestSite = testSite({ adminPassword: PASSWORD, trustedProxies }, undefined, { clock });
  const login = (peer: string, password: string, headers: Record<string, string> = {}) =>
    site.requestFrom(peer, "http://localhost/login", {
      method: "POST",
      body: new URLSearchParams({ password }),
      headers,
    });
  return {
    clock,
    login,
    /** The statuses of consecutive wrong guesses. */
    async guess(peer: string, times: number, headers: (n: number) => Record<string, string> = () => ({})) {
      const statuses: number[] = [];
      for (let n = 0; n < times; n++) statuses.push((await login(peer, `guess ${n}`, headers(n))).status);
      return statuses;
    },
    [Symbol.dispose]: () => site[Symbol.dispose](),
  };
}

const compared = (statuses: number[]) => statuses.filter((status) => status === 422).length;

Deno.test("two failures are free, then each doubles the wait up to 15 min", async () => {
  using site = stage();
  const waits: number[] = [];
  for (let n = 0; n < 13; n++) {
    assert.equal((await site.login("192.0.2.1", "wrong")).status, 422);
    const early = await site.login("192.0.2.1", "wrong");
    const waitS = early.status === 429 ? Number(early.headers.get("Retry-After")) : 0;
    // Without a wait, the second attempt counted as a failure.
    if (waitS === 0) n++;
    waits.push(waitS);
    site.clock.now += waitS * 1_000;
  }
  assert.deepEqual(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900].slice(0, waits.length));
  assert.ok(waits.length >= 11);
});

Deno.test("few guesses from one address are compared, and other clients never wait", async () => {
  using site = stage();
  assert.equal(compared(await site.guess("192.0.2.1", 200)), 3);
  assert.equal((await site.login("192.0.2.2", PASSWORD)).status, 303);
});

Deno.test("200 guesses from one IPv6 /64 network count as one client's, in every notation", async () => {
  using site = stage();
  const statuses: number[] = [];
  for (let n = 0; n < 200; n++) {
    const peer = n % 2 === 0 ? `2001:db8::${n.toString(16)}` : `2001:db8:0:0:${n.toString(16)}::1`;
    statuses.push((await site.login(peer, `guess ${n}`)).status);
  }
  assert.equal(compared(statuses), 3);
  assert.equal((await site.login("2001:db8:0:1::1", PASSWORD)).status, 303);
});

Deno.test("an IPv4-mapped IPv6 address is the IPv4 address", async () => {
  using site = stage();
  await site.guess("192.0.2.1", 3);
  assert.equal((await site.login("::ffff:192.0.2.1", PASSWORD)).status, 429);
  assert.equal((await site.login("::ffff:192.0.2.2", PASSWORD)).status, 303);
});

Deno.test("behind a trusted proxy each client has its own count", async () => {
  using site = stage(["127.0.0.1"]);
  const from = (address: string) => ({ "X-Forwarded-For": address });
  assert.equal(compared(await site.guess("127.0.0.1", 100, () => from("192.0.2.1"))), 3);
  assert.equal((await site.login("127.0.0.1", PASSWORD, from("198.51.100.7"))).status, 303);
  // The client's forged entry is before the proxy's.
  const invented = (n: number) => from(`10.0.0.${n}, 203.0.113.9`);
  assert.equal(compared(await site.guess("127.0.0.1", 100, invented)), 3);
});

Deno.test("behind an untrusted proxy, guesses do not lock the owner out", async () => {
  using site = stage();
  const from = (address: string) => ({ "X-Forwarded-For": address });
  assert.equal(compared(await site.guess("127.0.0.1", 100, () => from("192.0.2.1"))), 3);
  assert.equal((await site.login("127.0.0.1", PASSWORD, from("198.51.100.7"))).status, 303);
});

Deno.test("guesses with a new forged address each are limited in rate", async () => {
  using site = stage();
  const invented = (n: number) => ({ "X-Forwarded-For": `10.0.${n >> 8}.${n & 255}` });
  assert.equal(compared(await site.guess("192.0.2.1", 500, invented)), 30);
  site.clock.now += 60_000;
  assert.equal(compared(await site.guess("192.0.2.1", 500, invented)), 30);
});

Deno.test("a browser that logged in before does not wait for guesses from its address", async () => {
  using site = stage();
  const first = await site.login("127.0.0.1", PASSWORD);
  const known = first.headers.getSetCookie().find((cookie) => cookie.startsWith("scrollback_known="))!.split(
    ";",
  )[0]!;
  await site.guess("127.0.0.1", 100);
  assert.equal((await site.login("127.0.0.1", PASSWORD)).status, 429);
  assert.equal((await site.login("127.0.0.1", PASSWORD, { Cookie: known })).status, 303);
  const forged = known.replace(/=.{4}/, "=AAAA");
  assert.equal((await site.login("127.0.0.1", PASSWORD, { Cookie: forged })).status, 429);
});

Deno.test("on a shared loopback address, the wait is at most 10 s", async () => {
  using site = stage();
  for (let n = 0; n < 20; n++) {
    await site.login("127.0.0.1", "wrong");
    site.clock.now += 10_000;
  }
  assert.equal((await site.login("127.0.0.1", PASSWORD)).status, 303);
});
