import assert from "node:assert/strict";
import type { AuditEntry } from "../../../src/archive/access/audit.ts";
import { AppError } from "../../../src/chat/errors.ts";
import { logIn, newToken } from "../../support/site/clients.ts";
import { exec } from "../../support/archive/test_archive.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const PASSWORD = "open sesame";
const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };
/** They change only what the client itself sees, and whether it is logged in. */
const OF_THE_CLIENT = ["POST /view", "POST /highlights", "POST /logout", "POST /login"];

const post = (site: TestSite, path: string, body: string, headers: Record<string, string> = {}) =>
  site.requestFrom("192.0.2.7", `http://chat.example${path}`, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body,
  });

const shown = ({ by, token, address, action, object, result }: AuditEntry) =>
  [by, token ?? "", address, action, object, result].join(" | ");

Deno.test("every route that changes something writes an entry for permitted requests, and none for others", async () => {
  using site = inventedSite(Date.now(), { adminPassword: PASSWORD });
  const Cookie = await logIn(site, PASSWORD);
  const changes = site.app.routes.filter(({ method, path }) =>
    !["ALL", "GET", "OPTIONS"].includes(method) && !OF_THE_CLIENT.includes(`${method} ${path}`)
  );
  const routes = new Set(changes.map(({ method, path }) => `${method} ${path}`));
  assert.ok(routes.size >= 8);
  for (const route of routes) {
    const [method, path] = route.split(" ") as [string, string];
    const ask = async (headers: Record<string, string>) => {
      const address = path.replace(":id", "1").replace(":name", "hats");
      const init = { method, headers: { ...FORM, ...headers }, body: "x=1" };
      await (await site.requestFrom("192.0.2.7", `http://chat.example${address}`, init)).body?.cancel();
    };
    const [before] = await site.archive.auditLog(1);
    await ask({});
    assert.deepEqual(
      await site.archive.auditLog(1),
      [before],
      `${route}: who may not change leaves no entry`,
    );
    await ask({ Cookie });
    const [entry] = await site.archive.auditLog(1);
    assert.equal(entry!.id, before!.id + 1, `${route} writes one entry`);
    assert.deepEqual([entry!.by, entry!.address], ["session", "192.0.2.7"]);
  }
});

Deno.test("an entry has the actor, the action, its object, the address and the result", async () => {
  using site = testSite({ loopback: false, adminPassword: PASSWORD });
  const Cookie = await logIn(site, PASSWORD);
  const bot = await newToken(site, "manage", { name: "my bot" });
  await post(site, "/channels", "name=harborlight", { "X-Api-Key": bot });
  await post(site, "/channels/1", "enabled=false", { Cookie });
  await post(site, "/channels/1/retention", "days=30&messages=", { Cookie });
  await post(site, "/channels/1/delete", "messages=delete", { Cookie });
  await post(site, "/channels", "name=no!name", { Cookie });
  await post(site, "/channels/99/delete", "messages=keep", { Cookie });
  await post(site, "/searches", "name=hats&q=hat", { Cookie });
  await post(site, "/tokens", "name=other&read=on&days=", { Cookie });
  await post(site, "/tokens/other", "revoke=1", { Cookie });
  await post(site, "/login", "password=wrong");
  const entries = (await site.archive.auditLog(50)).toReversed();
  assert.deepEqual(entries.map(shown), [
    "session |  |  | log in | the pages | done",
    "token | my bot | 192.0.2.7 | add channels | harborlight | done",
    "session |  | 192.0.2.7 | switch channel | harborlight: off | done",
    "session |  | 192.0.2.7 | set retention | harborlight: 30 days | done",
    "session |  | 192.0.2.7 | delete channel | harborlight, its 0 messages: delete | done",
    "session |  | 192.0.2.7 | add channels | no!name | refused with status 422",
    "session |  | 192.0.2.7 | delete channel | /channels/99/delete | failed: There is no channel with the id 99.",
    "session |  | 192.0.2.7 | save search | hats: hat | done",
    "session |  | 192.0.2.7 | create token | other (read) | done",
    "session |  | 192.0.2.7 | revoke token | other | done",
  ]);
  const text = JSON.stringify(entries);
  assert.ok(!text.includes(bot) && !text.includes(PASSWORD));
});

Deno.test("without a password, the client is on this machine", async () => {
  using site = testSite();
  await site.request("/channels", { method: "POST", headers: FORM, body: "name=harborlight" });
  assert.equal((await site.archive.auditLog(1))[0]!.by, "loopback");
});

Deno.test("an entry that cannot be stored is in the program's log, and the change is kept", async () => {
  using site = testSite();
  const { change } = site.recorder;
  site.recorder.change = () => Promise.reject(new AppError("unavailable", "locked"));
  const answer = await site.request("/channels", { method: "POST", headers: FORM, body: "name=harborlight" });
  site.recorder.change = change;
  assert.equal(answer.status, 303);
  assert.deepEqual(site.faults, [{ reason: "locked" }]);
});

Deno.test("the page shows the newest entries, and leads to earlier ones by their id", async () => {
  using site = testSite();
  for (let n = 1; n <= 250; n++) {
    const object = n === 250 ? `<script>alert("${"x".repeat(600)}")</script>` : `object ${n}.`;
    const entry: AuditEntry = { at: n, by: "command", address: "", action: "test", object, result: "done" };
    site.recorder.writer.change({ kind: "audit", entry });
  }
  const earlier = (page: string) => /href="(\/audit\?before_id=\d+)"/.exec(page)![1]!;
  const read = async (path: string) => await (await site.request(path)).text();
  const first = await read("/audit");
  assert.match(first, /object 249\./);
  assert.match(first, /object 151\./);
  assert.doesNotMatch(first, /object 150\.|<script>alert/);
  const second = await read(earlier(first));
  assert.match(second, /object 150\./);
  const third = await read(earlier(second));
  assert.match(third, /object 1\./);
  assert.doesNotMatch(third, /Earlier entries/);
  assert.equal((await site.request("/audit?before_id=x")).status, 400);
});

Deno.test("the log keeps its newest 100,000 entries", async () => {
  using site = testSite();
  const entry: AuditEntry = { at: 1, by: "command", address: "", action: "test", object: "", result: "done" };
  const add = () => site.recorder.writer.change({ kind: "audit", entry });
  for (let n = 0; n < 3; n++) add();
  exec(site, "UPDATE audit_log SET id = 100001 WHERE id = 3");
  add();
  assert.deepEqual((await site.archive.auditLog(9)).map(({ id }) => id), [100_002, 100_001]);
});
