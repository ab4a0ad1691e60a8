import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";
import { logIn } from "../support/site/clients.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };

const addressOf = (path: string) =>
  path.replace("{id}", "1").replace(":id", "1").replace(/:\w+/g, "1").replace("*", "app.js");

Deno.test("every address refuses the methods that it does not know with 405, and names those that it does", async () => {
  using site = await inventedSite();
  const known = new Map<string, Set<string>>();
  for (const { method, path } of site.app.routes) {
    if (method === "ALL") continue;
    const address = addressOf(path);
    known.set(address, (known.get(address) ?? new Set(["OPTIONS"])).add(method));
    if (method === "GET") known.get(address)!.add("HEAD");
  }
  assert.ok(known.size > 80, `${known.size} addresses`);
  for (const [address, methods] of known) {
    for (const method of METHODS.filter((each) => !methods.has(each))) {
      const answer = await site.request(address, { method, headers: FORM });
      const text = await answer.text();
      assert.equal(answer.status, 405, `${method} ${address}`);
      assert.deepEqual(
        answer.headers.get("Allow")?.split(", ").toSorted(),
        [...methods].toSorted(),
        `${method} ${address}`,
      );
      if (method !== "HEAD") assert.match(text, /is not possible at this address/, `${method} ${address}`);
    }
    const options = await site.request(address, { method: "OPTIONS" });
    assert.deepEqual([options.status, await options.text()], [204, ""], address);
    assert.deepEqual(options.headers.get("Allow")?.split(", ").toSorted(), [...methods].toSorted());
  }
  assert.deepEqual(site.faults, []);
});

Deno.test("a refused method is a page for a browser, text for a bot, and a problem for a program", async () => {
  using site = await inventedSite();
  const answer = async (path: string, headers: Record<string, string> = {}) => {
    const refused = await site.request(path, { method: "DELETE", headers: { ...FORM, ...headers } });
    assert.equal(refused.status, 405);
    return [refused.headers.get("Content-Type")!.split(";")[0], await refused.text()];
  };
  const [page, html] = await answer("/channels/1/days");
  assert.deepEqual([page, /<h1>Method not allowed<\/h1>/.test(html!)], ["text/html", true]);
  assert.deepEqual(await answer("/list"), [
    "text/plain",
    "DELETE is not possible at this address. Use GET.\n",
  ]);
  const [type, problem] = await answer("/api/v1/channels");
  assert.equal(type, "application/problem+json");
  assert.deepEqual(JSON.parse(problem!), {
    type: "about:blank",
    title: "Method not allowed",
    status: 405,
    detail: "DELETE is not possible at this address. Use GET.",
  });
  assert.equal((await answer("/channels", { Accept: "application/json" }))[0], "application/problem+json");
});

Deno.test("what does not exist stays not found, whatever the method", async () => {
  using site = await inventedSite();
  for (const method of METHODS) {
    for (const path of ["/nowhere", "/api/v1/nowhere", "/api/nowhere", "/channel/x/2026"]) {
      // A page of another site may ask for anything there, and then reads that there is nothing.
      if (method === "OPTIONS" && path.startsWith("/api/v1/")) continue;
      const answer = await site.request(path, { method, headers: FORM });
      await answer.body?.cancel();
      assert.deepEqual([answer.status, answer.headers.get("Allow")], [404, null], `${method} ${path}`);
    }
  }
});

const PREFLIGHT = {
  Origin: "https://logs.example",
  "Sec-Fetch-Site": "cross-site",
  "Access-Control-Request-Method": "GET",
  "Access-Control-Request-Headers": "authorization",
};

Deno.test("if reading is closed, the answer to a preflight does not let a page of another site read", async () => {
  const adminPassword = "open sesame";
  using site = await inventedSite(Date.now(), { readAccess: "password", adminPassword });
  const Cookie = await logIn(site, adminPassword);
  const paths = [
    "/list",
    "/channels",
    "/channel/harborlight/2026/11/9",
    "/api/v1/channels",
    "/api/v2/recent-messages/x",
    "/admin/channels",
    "/channels/1",
  ];
  for (const path of paths) {
    for (const headers of [PREFLIGHT, { ...PREFLIGHT, Cookie }]) {
      const answer = await site.request(path, { method: "OPTIONS", headers });
      assert.deepEqual([answer.status, await answer.text()], [204, ""], path);
      const told = [...answer.headers.keys()].filter((name) => /^(?:access-control-|www-auth)/.test(name));
      assert.deepEqual(told, [], path);
    }
  }
});
