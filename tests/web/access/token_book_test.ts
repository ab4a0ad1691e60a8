import assert from "node:assert/strict";
import type { AccessChange } from "../../../src/archive/access/access.ts";
import type { Token } from "../../../src/archive/access/token.ts";
import { DAY_MS } from "../../../src/clock.ts";
import { makeToken } from "../../../src/web/access/token.ts";
import { TokenBook } from "../../../src/web/access/token_book.ts";
import { StandingClock } from "../../support/clock.ts";

const NOW = Date.UTC(2026, 10, 28);

/** A book over a list that the test changes, as another process changes the archive. */
function bookOf(...given: Token[]) {
  const clock = new StandingClock(1_000);
  const changes: AccessChange[] = [];
  const made = {
    tokens: given,
    clock,
    changes,
    reads: 0,
    read: () => {
      made.reads++;
      return Promise.resolve([...made.tokens]);
    },
    book: undefined as unknown as TokenBook,
  };
  made.book = new TokenBook({
    read: () => made.read(),
    change: (change) => Promise.resolve(changes.push(change)),
    now: () => NOW + clock.now,
    clock,
  });
  return made;
}

const reader = makeToken({ name: "bot", scopes: ["read"] }, NOW);

Deno.test("a token is 256 random bits behind a prefix, and only its SHA-256 is kept", async () => {
  const { text, token } = makeToken({ name: "bot", scopes: ["manage", "read"], days: 2 }, NOW);
  assert.match(text, /^sbk_[\w-]{43}$/);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  assert.equal(token.hash, hash.toHex());
  assert.ok(!JSON.stringify(token).includes(text.slice(8)));
  assert.deepEqual(token.scopes, ["read", "manage"]);
  assert.equal(token.expiresAt, NOW + 2 * DAY_MS);
  assert.notEqual(makeToken({ name: "bot", scopes: ["read"] }, NOW).text, text);
});

Deno.test("only the whole token is valid: not one of its kind, a part, a longer one, its hash or its start", async () => {
  const { book } = bookOf(reader.token);
  assert.deepEqual(await book.find(reader.text), { is: "valid", token: reader.token });
  const other = reader.text.slice(0, -1) + (reader.text.endsWith("A") ? "B" : "A");
  for (
    const text of [
      other,
      reader.text.slice(0, -1),
      reader.text + "A",
      reader.text.toUpperCase(),
      ` ${reader.text}`,
      reader.token.hash,
      reader.token.start,
      `sbk_${"A".repeat(43)}`,
      "sbk_",
      "",
    ]
  ) {
    assert.deepEqual(await book.find(text), { is: "unknown" }, text);
  }
});

Deno.test("a hash that only begins like that of a valid token is not valid", async () => {
  const alike = { ...reader.token, hash: reader.token.hash.slice(0, 20) + "0".repeat(44) };
  const { book } = bookOf(alike);
  assert.deepEqual(await book.find(reader.text), { is: "unknown" });
});

Deno.test("any number of requests within 2 s read the archive once, also wrong tokens and concurrent ones", async () => {
  const made = bookOf(reader.token);
  await Promise.all(Array.from({ length: 50 }, () => made.book.find(reader.text)));
  for (let n = 0; n < 50; n++) await made.book.find(makeToken({ name: "x", scopes: [] }, 0).text);
  await made.book.find("nonsense");
  assert.equal(made.reads, 1);
  made.clock.now += 2_000;
  await made.book.find(reader.text);
  assert.equal(made.reads, 2);
});

Deno.test("a token that another process creates is valid as soon as the archive may be read again", async () => {
  const made = bookOf();
  assert.equal((await made.book.find(reader.text)).is, "unknown");
  made.tokens = [reader.token];
  made.clock.now += 249;
  assert.equal((await made.book.find(reader.text)).is, "unknown");
  made.clock.now += 1;
  assert.equal((await made.book.find(reader.text)).is, "valid");
  assert.equal(made.reads, 2);
});

Deno.test("a token that another process revokes is refused after 2 s, and one revoked here at once", async () => {
  const made = bookOf(reader.token);
  await made.book.find(reader.text);
  made.tokens = [];
  made.clock.now += 1_999;
  assert.equal((await made.book.find(reader.text)).is, "valid");
  assert.equal(await made.book.isValid(reader.token), true);
  made.clock.now += 1;
  assert.equal((await made.book.find(reader.text)).is, "unknown");
  assert.equal(await made.book.isValid(reader.token), false);

  const here = bookOf(reader.token);
  await here.book.find(reader.text);
  here.tokens = [];
  here.book.forget();
  assert.equal((await here.book.find(reader.text)).is, "unknown");
});

Deno.test("a list that was being read while a token was revoked is not used", async () => {
  const made = bookOf();
  const older = Promise.withResolvers<Token[]>();
  made.read = () => {
    made.read = () => Promise.resolve([]);
    return older.promise;
  };
  const asked = made.book.find(reader.text);
  made.book.forget();
  older.resolve([reader.token]);
  assert.equal((await asked).is, "unknown");
});

Deno.test("a token is refused from its expiry on, although it is in memory", async () => {
  const { text, token } = makeToken({ name: "bot", scopes: ["read"], days: 1 }, NOW);
  const made = bookOf(token);
  made.clock.now = DAY_MS - 1;
  assert.equal((await made.book.find(text)).is, "valid");
  made.clock.now = DAY_MS;
  assert.deepEqual(await made.book.find(text), { is: "expired", at: NOW + DAY_MS });
});

Deno.test("the last use is stored at once, and then once a minute", async () => {
  const made = bookOf(reader.token);
  for (let second = 0; second < 120; second++, made.clock.now += 1_000) await made.book.find(reader.text);
  const { hash } = reader.token;
  assert.deepEqual(made.changes, [
    { kind: "use token", hash, at: NOW + 1_000 },
    { kind: "use token", hash, at: NOW + 61_000 },
  ]);
});

Deno.test("an archive that cannot be read is an error, not a refusal, and the next request asks again", async () => {
  const made = bookOf(reader.token);
  const { read } = made;
  made.read = () => Promise.reject(new Error("locked"));
  await assert.rejects(made.book.find(reader.text), /locked/);
  made.read = read;
  assert.equal((await made.book.find(reader.text)).is, "valid");
});
