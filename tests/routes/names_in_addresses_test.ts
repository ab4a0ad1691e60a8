/** `/channels/{name}` and `/users/{name}` over a real archive. */
import assert from "node:assert/strict";
import { createApp } from "../../routes/mod.ts";
import { NOON, openArchive, type Opened, person, said } from "../archive/said.ts";
import { testSite } from "../support/site.ts";

/** Where each address leads: to another one, or its status. */
async function lead(archive: Opened, expected: Record<string, string | number>): Promise<void> {
  using site = testSite();
  await using reader = archive.reader();
  const app = createApp({
    archive: reader,
    recorder: site.recorder,
    hub: site.hub,
    config: { loopback: true, version: "test" },
    staticRoot: new URL("../../static/", import.meta.url),
    log: { debug() {}, info() {}, error: (_message, properties) => void site.faults.push(properties) },
  });
  for (const [path, wanted] of Object.entries(expected)) {
    const answer = await app.request(`http://localhost${encodeURI(path)}`);
    await answer.body?.cancel();
    assert.equal(answer.headers.get("Location") ?? answer.status, wanted, path);
  }
  assert.deepEqual(site.faults, []);
}

Deno.test("a channel's name in an address leads to its page, in any case, by an earlier login and by display name", async () => {
  using archive = openArchive();
  archive.say([said(person(9001, "lake", { displayName: "みずうみ" }), "hello")]);
  archive.writer.identifyChannel("sea", 9001, NOON + 1_000);
  archive.say([said(person(9001, "sea", { displayName: "みずうみ" }), "renamed", { channel: "sea" })], 10);
  archive.writer.flushCounters();
  await lead(archive, {
    "/channels/sea": "/channels/1",
    "/channels/SEA": "/channels/1",
    "/channels/@sea": "/channels/1",
    "/channels/lake": "/channels/1",
    "/channels/みずうみ": "/channels/1",
    "/channels/Hill?before_id=5": "/channels/2?before_id=5",
    "/channels/Hill/coverage?format=json": "/channels/2/coverage?format=json",
    "/channels/1": 200,
    "/channels/nobody": 404,
    "/channels/not a name": 404,
    "/channels/7": 404,
  });
});

Deno.test("a user's name in an address leads to their page, in any case, by an earlier login and by display name", async () => {
  using archive = openArchive();
  archive.say([
    said(person(11, "ann", { displayName: "Ann" }), "a"),
    said(person(11, "annika", { displayName: "アンニカ" }), "b"),
    said(person(12, "ben"), "c"),
    said(person(undefined, "legacy"), "d"),
  ]);
  archive.writer.flushCounters();
  await lead(archive, {
    "/users/annika": "/users/11",
    "/users/ANNIKA": "/users/11",
    "/users/@Annika": "/users/11",
    "/users/ann": "/users/11",
    "/users/アンニカ": "/users/11",
    "/users/Ben?channel=lake": "/users/12?channel=lake",
    "/users/legacy": "/users/-1",
    "/users/-1": 200,
    "/users/11": 200,
    "/users/hill": "/channels/2",
    "/users/nobody": 404,
    "/users/%25": 404,
    "/users/13": 404,
  });
});

Deno.test("a number is an id before it is a login of digits; with an @ it is a login", async () => {
  using archive = openArchive();
  archive.writer.createChannel("2", NOON);
  archive.writer.createChannel("555", NOON);
  archive.say([
    said(person(11, "ann"), "a"),
    said(person(12, "11"), "b"),
    said(person(13, "424242"), "c"),
  ]);
  archive.writer.flushCounters();
  await lead(archive, {
    "/channels/2": 200,
    "/channels/@2": "/channels/3",
    "/channels/555": "/channels/4",
    "/users/11": 200,
    "/users/@11": "/users/12",
    "/users/424242": "/users/13",
  });
});
