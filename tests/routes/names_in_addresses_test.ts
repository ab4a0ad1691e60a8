import assert from "node:assert/strict";
import type { ChatEvent } from "../../src/chat/events.ts";
import { message, NOON, person, timed } from "../support/archive/events.ts";
import { recordingSite, type TestSite } from "../support/site/site.ts";

/** The channels `lake` (1), with Twitch's id 9001, and `hill` (2). */
function lakeAndHill(): TestSite {
  const site = recordingSite(["lake", "hill"]);
  site.recorder.writer.identifyChannel("lake", 9001, NOON);
  return site;
}

const say = (site: TestSite, events: ChatEvent[], startS = 0) =>
  site.recorder.store(1, timed(events, startS));

/** Where each address leads: to another one, or its status. */
async function lead(site: TestSite, expected: Record<string, string | number>): Promise<void> {
  for (const [path, wanted] of Object.entries(expected)) {
    const answer = await site.request(encodeURI(path));
    await answer.body?.cancel();
    assert.equal(answer.headers.get("Location") ?? answer.status, wanted, path);
  }
  assert.deepEqual(site.faults, []);
}

Deno.test("a channel's name in an address leads to its page, in any case, by an earlier login and by display name", async () => {
  using site = lakeAndHill();
  say(site, [message(person(9001, "lake", { displayName: "みずうみ" }), "hello")]);
  site.recorder.writer.identifyChannel("sea", 9001, NOON + 1_000);
  say(site, [message(person(9001, "sea", { displayName: "みずうみ" }), "renamed", { channel: "sea" })], 10);
  await lead(site, {
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
  using site = lakeAndHill();
  say(site, [
    message(person(11, "ann", { displayName: "Ann" }), "a"),
    message(person(11, "annika", { displayName: "アンニカ" }), "b"),
    message(person(12, "ben"), "c"),
    message(person(undefined, "legacy"), "d"),
  ]);
  await lead(site, {
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
  using site = lakeAndHill();
  site.recorder.writer.createChannel("2", NOON);
  site.recorder.writer.createChannel("555", NOON);
  say(site, [
    message(person(11, "ann"), "a"),
    message(person(12, "11"), "b"),
    message(person(13, "424242"), "c"),
  ]);
  await lead(site, {
    "/channels/2": 200,
    "/channels/@2": "/channels/3",
    "/channels/555": "/channels/4",
    "/users/11": 200,
    "/users/@11": "/users/12",
    "/users/424242": "/users/13",
  });
});
