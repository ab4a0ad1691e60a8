import assert from "node:assert/strict";
import { logIn, newToken } from "../../support/site/clients.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const PASSWORD = "open sesame";
const CLIENTS = [
  "nobody",
  "read",
  "export",
  "manage",
  "all",
  "session",
  "expired",
  "revoked",
  "forged",
] as const;
type Client = typeof CLIENTS[number];
/** Whether a request passes to its route, else the status of the refusal. */
type Answer = "passes" | 401 | 403;
type Kind = "everybody" | "all clients" | "readers" | "managers' pages" | "managers" | "people who manage";

/** The rule of every route that is not for readers. What is not named here is for readers if it is a GET. */
const KINDS: Record<string, Kind> = {
  "GET /healthz": "everybody",
  "GET /readyz": "everybody",
  "GET /metrics": "everybody",
  "GET /login": "everybody",
  "GET /static/*": "everybody",
  "GET /robots.txt": "everybody",
  "POST /login": "everybody",
  "POST /logout": "everybody",
  "POST /view": "everybody",
  // It changes the cookie of the browser that asks.
  "POST /highlights": "all clients",
  "GET /channels/:id/delete": "managers' pages",
  "GET /channels/:id/retention": "managers' pages",
  // The page shows the keys of signatures.
  "GET /searches/:name/webhooks": "people who manage",
  "POST /searches/:name/webhooks": "people who manage",
  "POST /searches/:name/webhooks/:id": "people who manage",
  "GET /tokens": "people who manage",
  "GET /opt-outs": "people who manage",
  "POST /opt-outs": "people who manage",
  "POST /opt-outs/end": "people who manage",
  "GET /audit": "people who manage",
  "POST /tokens": "people who manage",
  "POST /tokens/:name": "people who manage",
};

const invalid = { expired: 401, revoked: 401, forged: 401 } as const;
const all = Object.fromEntries(CLIENTS.map((client) => [client, "passes"])) as Record<Client, Answer>;
const manager = { read: 403, export: 403, manage: 403, all: "passes", session: "passes" } as const;

/** What each kind of client gets of each kind of route. */
const RULES: Record<"open" | "password", Record<Kind, Record<Client, Answer>>> = {
  open: {
    everybody: all,
    "all clients": { ...all, ...invalid },
    readers: { ...all, ...invalid },
    "managers' pages": { ...manager, ...invalid, nobody: 403, manage: "passes" },
    managers: { ...manager, ...invalid, nobody: 403, manage: "passes" },
    "people who manage": { ...manager, ...invalid, nobody: 403, all: 403 },
  },
  password: {
    everybody: all,
    "all clients": { ...all, ...invalid, nobody: 401 },
    readers: { ...all, ...invalid, nobody: 401, manage: 403 },
    "managers' pages": { ...manager, ...invalid, nobody: 401 },
    managers: { ...manager, ...invalid, nobody: 401, manage: "passes" },
    "people who manage": { ...manager, ...invalid, nobody: 401, all: 403 },
  },
};

for (const readAccess of ["open", "password"] as const) {
  Deno.test(`with READ_ACCESS=${readAccess}, every route answers every kind of client as the table says`, async () => {
    using site = inventedSite(Date.now(), { readAccess, adminPassword: PASSWORD });
    const headers = await headersOf(site);
    const wrong: string[] = [];
    for (const { method, path } of routesOf(site)) {
      const route = `${method} ${path}`;
      const kind = KINDS[route] ?? (method === "GET" ? "readers" : "managers");
      for (const client of CLIENTS) {
        const answer = await site.request(addressOf(path), {
          method,
          headers: { ...FORM, ...headers[client] },
          body: method === "GET" ? undefined : "",
        });
        await answer.body?.cancel();
        const got = answer.status === 401 || answer.status === 403 ? answer.status : "passes";
        const expected = RULES[readAccess][kind][client];
        if (got !== expected) {
          wrong.push(`${route} for ${client}: ${got} (${answer.status}), not ${expected}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };

function routesOf({ app }: TestSite): { method: string; path: string }[] {
  // OPTIONS says which requests pages of other sites may make, and nothing else.
  const routes = app.routes.filter(({ method }) => method !== "ALL" && method !== "OPTIONS");
  const seen = new Map(routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]));
  for (const route of Object.keys(KINDS)) assert.ok(seen.has(route), `there is a route ${route}`);
  // Logging out comes last, because it ends the session.
  return [...seen.values()].sort((a, b) => Number(a.path === "/logout") - Number(b.path === "/logout"));
}

function addressOf(path: string): string {
  return path.replace(":id", "1").replace(":name", "hats").replace("*", "app.js");
}

async function headersOf(site: TestSite): Promise<Record<Client, Record<string, string>>> {
  const key = async (...args: Parameters<typeof newToken>) => ({ "X-Api-Key": await newToken(...args) });
  const made = {
    nobody: {},
    session: { Cookie: await logIn(site, PASSWORD) },
    read: await key(site, "read"),
    export: await key(site, "export"),
    manage: await key(site, "manage"),
    all: await key(site, ["read", "export", "manage"]),
    expired: await key(site, ["read", "manage"], { name: "expired", days: -1 }),
    revoked: await key(site, ["read", "manage"], { name: "revoked" }),
    forged: { "X-Api-Key": `sbk_${"A".repeat(43)}` },
  };
  await site.recorder.change({ kind: "revoke token", name: "revoked" });
  return made;
}

Deno.test("health checks are answered with any credentials, also while tokens cannot be read", async () => {
  using site = testSite({
    readAccess: "password",
    adminPassword: PASSWORD,
    metricsToken: `sbk_${"m".repeat(43)}`,
  });
  site.archive.tokens = () => Promise.reject(new Error("locked"));
  const headers = { Authorization: `Bearer sbk_${"m".repeat(43)}` };
  const status = async (path: string) => (await site.request(path, { headers })).status;
  assert.equal(await status("/healthz"), 200);
  // This site keeps no metrics: who may see them learns that.
  assert.equal(await status("/metrics"), 404);
  assert.deepEqual(Object.keys(await (await site.request("/readyz", { headers })).json()), [
    "ready",
    "reasons",
  ]);
  assert.equal(await status("/channels"), 500);
});

Deno.test("files of all matches need the scope export where reading is not open, and feeds do not", async () => {
  using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
  const headers = await headersOf(site);
  const Cookie = await logIn(site, PASSWORD);
  const status = async (format: string, headers: Record<string, string>) => {
    const answer = await site.request(`/search/messages?q=key&format=${format}`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  for (const format of ["csv", "json", "ndjson", "text"]) {
    const expected = { nobody: 401, read: 403, export: 200, manage: 403, all: 200, expired: 401 } as const;
    for (const [client, code] of Object.entries(expected)) {
      assert.equal(await status(format, headers[client as Client]), code, `${format} for ${client}`);
    }
    assert.equal(await status(format, { Cookie }), 200);
  }
  assert.equal(await status("atom", headers.read), 200);
  using open = inventedSite();
  assert.equal((await open.request("/search/messages?q=key&format=csv")).status, 200);
});

Deno.test("a client without read access gets no name, no count and no error of the archive, on any page", async () => {
  using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
  site.recorder.says = {
    writer: { ...site.recorder.status().writer, state: "failing", reason: "disk full" },
  };
  for (
    const path of ["/", "/channels/1", "/login", "/nowhere", "/channels/harborlight", "/users/mossgarden"]
  ) {
    for (const headers of [{}, { "HX-Request": "true" }] as Record<string, string>[]) {
      const html = await (await site.request(path, { headers })).text();
      assert.doesNotMatch(html, /oldlantern|paperfox|disk full|id="sidebar"|600/, path);
    }
  }
  const refused = await site.request("/channels/1");
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("WWW-Authenticate")!, /^Bearer /);
  assert.match(await refused.text(), /<a class="button primary" href="\/login">Log in<\/a>/);
});

Deno.test("a page is stored in no cache where reading is not open, and an ETag opens nothing", async () => {
  using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
  const Cookie = await logIn(site, PASSWORD);
  const page = await site.request("/channels/1/days", { headers: { Cookie } });
  assert.deepEqual([page.status, page.headers.get("Cache-Control")], [200, "no-store"]);
  const again = { headers: { "If-None-Match": page.headers.get("ETag")! } };
  assert.equal((await site.request("/channels/1/days", again)).status, 401);
});

Deno.test("with restricted reading, no answer is shared with other sites or kept by caches", async () => {
  using site = testSite({ readAccess: "password", adminPassword: PASSWORD });
  site.app.get(
    "/shared",
    (c) =>
      c.text("kept", 200, { "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=36000" }),
  );
  const headers = { "X-Api-Key": await newToken(site, "read"), Origin: "https://other.example" };
  const answer = await site.request("/shared", { headers });
  assert.equal(await answer.text(), "kept");
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), null);
  assert.equal(answer.headers.get("Cache-Control"), "no-store");
});

Deno.test("no spelling of an address bypasses the rule", async () => {
  using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
  for (
    const path of [
      "/static/../channels/1",
      "/static/%2e%2e/channels/1",
      "/static/..%2fchannels/1",
      "//channels/1",
      "/./channels/1",
      "/CHANNELS/1",
      "/channels/1/",
      "/%63hannels/1",
      "/login/../channels/1",
      "/healthz/../../channels/1",
      "/static/..%5cchannels%5c1",
    ]
  ) {
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT"]) {
      const answer = await site.request(path, { method });
      assert.doesNotMatch(await answer.text(), /harborlight/, `${method} ${path}`);
      const expected = method === "OPTIONS" ? [204, 404] : [401, 404, 405];
      assert.ok(expected.includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
  }
});

Deno.test("without a password, this machine reads and manages, and others need a token", async () => {
  using here = testSite({ readAccess: "token" });
  assert.equal((await here.request("/channels")).status, 200);
  const forwarded = { headers: { "X-Forwarded-For": "203.0.113.1" } };
  const refused = await here.request("/channels", forwarded);
  assert.equal(refused.status, 401);
  // There is no password with which anybody could log in.
  assert.doesNotMatch(await refused.text(), /log in/i);
  using reachable = testSite({ readAccess: "token", loopback: false });
  const token = await newToken(reachable, "read");
  assert.equal((await reachable.request("/channels")).status, 401);
  assert.equal((await reachable.request("/channels", { headers: { "X-Api-Key": token } })).status, 200);
});

for (const kind of ["token", "session"] as const) {
  Deno.test(`a live stream ends within seconds after its ${kind} does`, async () => {
    using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
    const token = await newToken(site, "read", { days: 30 });
    const Cookie = await logIn(site, PASSWORD);
    const headers: Record<string, string> = kind === "token" ? { "X-Api-Key": token } : { Cookie };
    const stream = await site.request("/channels/1/live", { headers });
    assert.equal(stream.status, 200);
    if (kind === "token") await site.recorder.change({ kind: "revoke token", name: "read" });
    else await site.request("/logout", { method: "POST", headers: { ...FORM, Cookie } });
    // Its body ends: otherwise this never returns.
    await stream.text();
    assert.equal((await site.request("/channels/1/live", { headers })).status, 401);
  });
}

Deno.test("a session reads everything", async () => {
  using site = inventedSite(Date.now(), { readAccess: "password", adminPassword: PASSWORD });
  const Cookie = await logIn(site, PASSWORD);
  const html = await (await site.request("/channels/1", { headers: { Cookie } })).text();
  assert.match(html, /harborlight/);
  assert.match(html, /id="sidebar"/);
});
