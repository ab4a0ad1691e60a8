import assert from "node:assert/strict";
import { newToken } from "../../support/site/clients.ts";
import { recordingSite, type TestSite, testSite } from "../../support/site/site.ts";
import { ANN, BEN, message, person } from "../../support/archive/events.ts";
import type { OptOut } from "../../../src/archive/access/opt_out.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };

/** Ann (11) and Ben (12) in #lake (9001) and #hill. */
function lakeAndHill(config: Parameters<typeof testSite>[0] = {}): TestSite {
  const site = recordingSite(["lake", "hill"], config);
  site.recorder.writer.identifyChannel("lake", 9001, site.recorder.now());
  site.recorder.receive(1, [message(ANN, "hat of ann"), message(BEN, "hat of ben")]);
  site.recorder.receive(2, [message(BEN, "hat on the hill", { channel: "hill" })]);
  return site;
}

const post = (site: TestSite, path: string, fields: Record<string, string>) =>
  site.request(path, { method: "POST", headers: FORM, body: String(new URLSearchParams(fields)) });

const optOut = (site: TestSite, more: Partial<OptOut>) =>
  site.recorder.change({ kind: "opt out", optOut: { kind: "user", at: 0, stored: "hidden", ...more } });

const read = async (site: TestSite, path: string, headers: Record<string, string> = {}) => {
  const answer = await site.request(path, { headers });
  return { status: answer.status, text: await answer.text() };
};

/** Where messages and names are shown. */
const PAGES = [
  "/",
  "/channels/1",
  "/channels/1/messages",
  "/channels/1/messages/stream?after_id=1",
  "/channels/1/people",
  "/channels/1/events",
  "/channels/1/stats",
  "/users",
  "/users?q=a",
  "/palette?q=an",
  "/search/messages?q=hat",
  "/search/messages?q=of",
  "/search/messages/facets?q=hat",
  "/search/follow?q=hat",
  "/search/users?q=an",
  "/search/complete?q=from:an",
  "/search/messages?q=hat&format=csv",
  "/search/messages?q=hat&format=json",
  "/search/messages?q=hat&format=atom",
  "/channel/lake?from=0&to=99999999999",
  "/channel/lake?from=0&to=99999999999&raw",
  "/channel/lake?from=0&to=99999999999&json&reverse",
  "/channelid/9001?from=0&to=99999999999&ndjson",
  "/channel/lake/stats",
  "/api/v2/recent-messages/lake",
  "/api/v1/messages?q=hat",
  "/api/v1/messages?q=in:lake&order=oldest",
  "/api/v1/facets?q=hat",
  "/api/v1/users?q=an",
  "/api/v1/channels/lake/statistics",
];

Deno.test("no page, file or feed shows a user who has opted out, and others stay", async () => {
  using site = lakeAndHill();
  const [newest] = site.recorder.stored;
  const shown = await Promise.all(PAGES.map((path) => read(site, path)));
  assert.ok(shown.filter(({ text }) => /hat of ann|\bann\b/.test(text)).length > 10, "they are shown before");
  await optOut(site, { twitchId: 11, login: "ann" });
  for (const path of PAGES) {
    const { status, text } = await read(site, path);
    assert.ok(status < 400, path);
    assert.doesNotMatch(text.replaceAll(/q=[^"&]*|value="[^"]*"/g, ""), /hat of ann|\bann\b/i, path);
  }
  assert.match((await read(site, "/channels/1")).text, /hat of ben/);
  assert.equal((await read(site, `/messages/${newest!.id}`)).status, 404);
  const stream = await site.request("/channels/1/live?after_id=1");
  const reader = stream.body!.getReader();
  let live = "";
  while (!live.includes("hat of ben")) live += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  assert.doesNotMatch(live, /hat of ann/);
  assert.deepEqual(site.faults, []);
});

Deno.test("a request for an opted-out user or channel gets 403 in rustlog's words, and the log after the opt-out ends", async () => {
  using site = lakeAndHill();
  await optOut(site, { twitchId: 11, login: "ann" });
  await optOut(site, { kind: "channel", login: "hill" });
  await optOut(site, { login: "stranger" });
  await optOut(site, { twitchId: 4711 });
  await optOut(site, { kind: "channel", login: "elsewhere" });
  const addresses = [
    "/users/stranger",
    "/users/Stranger",
    "/users/4711",
    "/channels/elsewhere",
    "/users/11",
    "/users/ann",
    "/search/messages?q=from:ann",
    "/channels/2",
    "/channels/hill",
    "/channel/hill/2026/1/1",
    "/channel/elsewhere",
    "/channel/lake/user/ann/2026/1",
    "/channel/lake/userid/11/2026/1",
    "/api/v1/users/ann",
    "/api/v1/channels/hill",
    "/api/v1/messages?q=from:ann",
  ];
  for (const path of addresses) {
    const { status, text } = await read(site, path);
    assert.equal(status, 403, path);
    assert.match(text, /The requested channel\/user has opted out of being logged/);
  }
  const card = await read(site, "/users/11/card", { "HX-Request": "true" });
  assert.equal(card.status, 403);
  const problem = await read(site, "/channels/2/coverage", { Accept: "application/json" });
  assert.deepEqual([problem.status, JSON.parse(problem.text).status], [403, 403]);
  assert.doesNotMatch((await read(site, "/search/messages?q=hat")).text, /on the hill/);
  await site.recorder.change({ kind: "end opt-out", subject: { kind: "user", twitchId: 11 } });
  await site.recorder.change({ kind: "end opt-out", subject: { kind: "channel", login: "hill" } });
  for (const path of ["/users/11", "/channels/2"]) assert.equal((await read(site, path)).status, 200);
});

Deno.test("messages of opted-out users are in no count of matches and in no list of words", async () => {
  using site = lakeAndHill();
  const hats = Array.from(
    { length: 60 },
    (_, n) => message(person(20 + n % 10, `fan${n % 10}`), `my secretword ${n}`),
  );
  site.recorder.store(1, hats.map((event) => ({ event, receivedAt: Date.now() })));
  const others = Array.from({ length: 300 }, (_, n) => message(BEN, `nothing ${n}`, { channel: "hill" }));
  site.recorder.store(2, others.map((event) => ({ event, receivedAt: Date.now() })));
  const count = async () => (await read(site, "/search/messages/histogram?q=secretword+OR+hat")).text;
  assert.match(await count(), /63 messages/);
  assert.match((await read(site, "/channels/1/stats/topics")).text, /secretword/);
  for (let n = 0; n < 10; n++) await optOut(site, { twitchId: 20 + n });
  assert.match(await count(), /\b3 messages/);
  assert.doesNotMatch((await read(site, "/channels/1/stats/topics")).text, /secretword/);
});

Deno.test("a page of a channel with only messages of opted-out users links to older messages", async () => {
  using site = lakeAndHill();
  site.recorder.store(
    1,
    Array.from({ length: 150 }, (_, n) => ({ event: message(ANN, `${n}`), receivedAt: Date.now() })),
  );
  await optOut(site, { twitchId: 11 });
  const first = await read(site, "/channels/1");
  const next = /href="(\/channels\/1\?before_id=\d+)"/.exec(first.text)![1]!;
  assert.match((await read(site, next)).text, /hat of ben/);
});

Deno.test("managers opt a user or a channel out on the page, and end it", async () => {
  using site = lakeAndHill();
  assert.equal((await post(site, "/opt-outs", { kind: "user", name: "Ann", stored: "hidden" })).status, 303);
  assert.equal(
    (await post(site, "/opt-outs", { kind: "channel", name: "9001", stored: "hidden" })).status,
    303,
  );
  assert.equal(
    (await post(site, "/opt-outs", { kind: "user", name: "4711", stored: "deleted" })).status,
    303,
  );
  assert.equal(
    (await post(site, "/opt-outs", { kind: "user", name: "@4711", stored: "deleted" })).status,
    303,
  );
  assert.deepEqual(
    (await site.archive.optOuts()).map((
      { kind, twitchId, login, stored },
    ) => [kind, twitchId, login, stored]),
    [
      ["user", 11, "ann", "hidden"],
      ["channel", 9001, "lake", "hidden"],
      ["user", 4711, undefined, "deleted"],
      ["user", undefined, "4711", "deleted"],
    ],
  );
  const page = await read(site, "/opt-outs");
  assert.match(page.text, /ann/);
  assert.deepEqual(site.recorder.optOuts().all.length, 4);
  assert.deepEqual(site.recorder.writer.channels().map(({ login }) => login), ["hill"]);
  assert.equal((await post(site, "/opt-outs/end", { kind: "user", id: "11", login: "ann" })).status, 303);
  assert.equal((await read(site, "/users/11")).status, 200);
  const wrong = await post(site, "/opt-outs", { kind: "user", name: "no name!", stored: "hidden" });
  assert.equal(wrong.status, 422);
  assert.match(await wrong.text(), /value="no name!"/);
  assert.equal((await post(site, "/opt-outs", { kind: "bot", name: "a", stored: "hidden" })).status, 400);
  assert.deepEqual(
    (await site.archive.auditLog(9)).map(({ action, object }) => `${action}: ${object}`).slice(2, 4),
    ["end opt-out: user ann (11)", "opt out: user 4711, stored messages: deleted"],
  );
});

Deno.test("bots opt channels and users out by the API, all or none, and end it", async () => {
  using site = lakeAndHill({ loopback: false });
  const ask = async (method: string, body: unknown, scope: "manage" | "read" = "manage") => {
    const answer = await site.requestFrom("192.0.2.7", "http://chat.example/admin/optout", {
      method,
      headers: { "Content-Type": "application/json", "X-Api-Key": tokens[scope] },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const tokens = { manage: await newToken(site, "manage"), read: await newToken(site, "read") };
  assert.equal((await ask("POST", { users: ["11"] }, "read")).status, 403);
  const wrong: [unknown, RegExp][] = [
    [{}, /at least one of channels or users/],
    [{ users: ["ann", "no name!"] }, /“no name!” is neither a login nor a Twitch id/],
    [{ users: "ann" }, /^“ann” is not a valid users: use a list of up to 200 logins or Twitch ids\.\n$/],
    [{ users: ["ann"], stored: "kept" }, /“kept” is not a valid stored/],
    [{ users: Array.from({ length: 201 }, () => "a") }, /at most 200/],
    [{ users: ["0"] }, /“0” is neither/],
  ];
  for (const [body, problem] of wrong) {
    const answer = await ask("POST", body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.text, problem);
  }
  assert.deepEqual(await site.archive.optOuts(), []);
  assert.deepEqual(await ask("POST", { users: ["ann"], channels: ["9001"], stored: "deleted" }), {
    status: 200,
    text: "",
  });
  assert.deepEqual(
    (await site.archive.optOuts()).map(({ kind, twitchId, stored }) => [kind, twitchId, stored]),
    [["channel", 9001, "deleted"], ["user", 11, "deleted"]],
  );
  const unknown = await ask("DELETE", { users: ["11", "ben"] });
  assert.deepEqual([unknown.status, unknown.text.trim()], [404, unknown.text.trim()]);
  assert.match(unknown.text, /Not opted out: user ben \(12\)/);
  assert.equal((await ask("DELETE", { users: ["11"], channels: ["lake"] })).status, 200);
  assert.deepEqual(await site.archive.optOuts(), []);
});
