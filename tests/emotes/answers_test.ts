import assert from "node:assert/strict";
import { EMOTE_SERVICES, type EmoteService } from "../../src/chat/set_emotes.ts";
import { emotesOf } from "../../src/emotes/answers.ts";
import { parsePicture, pictureAddress, setsAddress } from "../../src/emotes/services.ts";
import { RequestError } from "../../src/http_client.ts";
import { startEmoteServices } from "../support/emote_services.ts";

const answer = (json: unknown, status = 200) => ({
  status,
  body: new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json)),
});

for (const service of EMOTE_SERVICES) {
  Deno.test(`the sets of ${service} are read`, async () => {
    await using services = startEmoteServices();
    services.global[service] = [{ id: "1", name: "wave" }, { id: "2", name: "SoSnowy", isOverlay: true }];
    services.channels[service][9001] = [{ id: "3", name: "lakeHi", width: service === "7tv" ? 96 : 84 }];
    const read = async (twitchId?: number) => {
      const response = await fetch(setsAddress(service, twitchId, services.origin));
      const body = new Uint8Array(await response.arrayBuffer());
      return emotesOf(service, { status: response.status, body }, twitchId === undefined);
    };
    const plain = ({ id, name, isOverlay, ratio }: Awaited<ReturnType<typeof read>>[number]) =>
      [id, name, isOverlay, ratio] as const;
    assert.deepEqual((await read()).map(plain), [["1", "wave", false, 1], ["2", "SoSnowy", true, 1]]);
    assert.deepEqual((await read(9001)).map(plain), [["3", "lakeHi", false, 3]]);
    assert.deepEqual(await read(9002), [], "a channel whose owner does not use the service");
  });
}

const WRONG: [what: string, body: unknown, status: number][] = [
  ["a page", "<html>", 200],
  ["null", null, 200],
  ["an empty object", {}, 200],
  ["a text", '"emotes"', 200],
  ["a refusal", { message: "no" }, 403],
  ["a list of other things", [{ a: 1 }, { b: 2 }], 200],
  ["sets without emotes", { default_sets: [1], sets: { 1: {} }, emote_set: {}, channelEmotes: 1 }, 200],
];
for (const [what, body, status] of WRONG) {
  Deno.test(`${what} is no set of emotes`, () => {
    for (const service of EMOTE_SERVICES) {
      for (const isGlobal of [true, false]) {
        if (service === "7tv" && isEmptySet(body, isGlobal)) continue;
        assert.throws(() => emotesOf(service, answer(body, status), isGlobal), RequestError, service);
      }
    }
  });
}

/** 7TV leaves the emotes out of an empty set. */
function isEmptySet(body: unknown, isGlobal: boolean): boolean {
  return typeof body === "object" && body !== null && !Array.isArray(body) &&
    (isGlobal ? !("message" in body) : "emote_set" in body);
}

Deno.test("one malformed emote does not hide the others", () => {
  const good = { id: "a1", code: "wave" };
  const bad = [{ id: "../../x", code: "path" }, { id: "a2", code: "two words" }, { id: "a3", code: "" }];
  for (const one of bad) {
    assert.deepEqual(emotesOf("bttv", answer([good, one]), true).map(({ name }) => name), ["wave"]);
  }
});

const PICTURES: [parts: [string, string, string], address: string | undefined][] = [
  [["ffz", "12", "1"], "https://cdn.frankerfacez.com/emote/12/1"],
  [["bttv", "5f1b", "2"], "https://cdn.betterttv.net/emote/5f1b/2x"],
  [["7tv", "01F0", "1"], "https://cdn.7tv.app/emote/01F0/1x.webp"],
  [["twitch", "25", "dark-2"], "https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/2.0"],
  [
    ["twitch", "emotesv2_0a", "light-1"],
    "https://static-cdn.jtvnw.net/emoticons/v2/emotesv2_0a/default/light/1.0",
  ],
  [["twitch", "25", "1"], undefined],
  [["7tv", "01F0", "dark-1"], undefined],
  [["7tv", "01F0", "3"], undefined],
  [["7tv", "../01F0", "1"], undefined],
  [["7tv", "a%2Fb", "1"], undefined],
  [["", "1", "1"], undefined],
  [["constructor", "1", "1"], undefined],
];
for (const [parts, address] of PICTURES) {
  Deno.test(`${parts.join("/")} is ${address ?? "no picture"}`, () => {
    const picture = parsePicture(...parts);
    assert.equal(picture && pictureAddress(picture).href, address);
  });
}

Deno.test("an answer with more emotes than any set has is cut", () => {
  const many = Array.from({ length: 6_000 }, (_, n) => ({ id: String(n), code: `e${n}` }));
  assert.equal(emotesOf("bttv" as EmoteService, answer(many), true).length, 5_000);
});
