/** What moderators removed, for those whom `SHOW_DELETED` excludes. */
import assert from "node:assert/strict";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { ANN, message, person } from "../../support/archive/events.ts";
import { lakeSite, type TestSite } from "../../support/site/site.ts";

const KEPT = "a friendly lantern";
const REMOVED = "a secret harpoon";
const DELETED = "another secret anchor";
const UUID = "11111111-2222-4333-8444-555555555555";

function moderated(showDeleted: "everyone" | "managers" | "nobody", adminPassword?: string) {
  const site = lakeSite({ showDeleted, adminPassword });
  const said = (text: string, more: Partial<ChatEvent> = {}) => message(ANN, text, more);
  site.recorder.receive(1, [said(KEPT, { author: person(12, "ben") })], Date.now() - 9_000);
  site.recorder.receive(1, [said(DELETED, { author: person(13, "cleo"), uuid: UUID })], Date.now() - 8_000);
  site.recorder.receive(1, [said(REMOVED)], Date.now() - 7_000);
  const quote = REMOVED.replaceAll(" ", "\\s");
  site.recorder.receive(1, [
    said("an answer", {
      author: person(12, "ben"),
      tags: [`reply-parent-msg-body=${quote}`, "reply-parent-msg-id=x", "reply-parent-user-login=ann"],
    }),
  ], Date.now() - 6_500);
  site.recorder.receive(1, [
    said(DELETED, { kind: "deletion", author: { login: "cleo", flags: "" }, uuid: UUID, tags: [] }),
  ], Date.now() - 6_000);
  site.recorder.receive(1, [
    said("", { kind: "timeout", author: { userId: 11, login: "ann", flags: "" }, tags: ["ban-duration=60"] }),
  ], Date.now() - 5_000);
  return site;
}

/** Every way to read messages. */
const ADDRESSES = [
  "/channels/1",
  "/channels/1?q=lantern+OR+secret+OR+is:deleted",
  "/channels/1?at=2020-01-01",
  "/channels/1/messages",
  "/channels/1/messages/stream?after_id=1",
  "/channels/1/events",
  "/events",
  "/users/11",
  "/users/11/card?channel=1",
  "/users/13/card",
  "/search/messages?q=is:deleted",
  "/search/messages?q=secret",
  "/search/messages?q=in:lake",
  "/search/messages?q=/secr.t/",
  "/search/messages/facets?q=secret",
  "/search/messages/hints?q=secrett",
  "/search/follow?q=secret",
  ...["raw", "json", "jsonBasic", "ndjson", "reverse"].flatMap((flag) => [
    `/channel/lake?from=0&${flag}`,
    `/channel/lake/userid/11?from=0&${flag}`,
    `/channel/lake/user/ann/search?q=a&${flag}`,
    `/channel/lake/user/ann/search?q=harpoon&${flag}`,
    `/channel/lake/user/cleo/random?${flag}`,
  ]),
  "/api/v2/recent-messages/lake",
  "/api/v2/recent-messages/lake?clearchatToNotice=true",
  ...["text", "csv", "json", "ndjson", "atom"].map((format) => `/search/messages?q=in:lake&format=${format}`),
];

async function leaks(site: TestSite, headers: HeadersInit = {}): Promise<string[]> {
  const found = [];
  const stored = site.recorder.stored.map(({ id }) => `/messages/${id}`);
  for (const address of [...ADDRESSES, ...stored]) {
    const asked = new Headers(headers);
    if (address.includes("/card")) asked.set("HX-Request", "true");
    const answer = await site.request(address, { headers: asked });
    assert.ok(answer.status < 400, `${address}: ${answer.status}`);
    // The page repeats what was asked for.
    const text = (await answer.text()).replaceAll(
      /value="[^"]*"|<title>.*?<\/title>|<code>.*?<\/code>/gs,
      "",
    );
    if (/harpoon|anchor/.test(text)) found.push(address);
  }
  return found;
}

Deno.test("everyone reads removed messages, unless a setting says otherwise", async () => {
  using site = moderated("everyone");
  const found = await leaks(site);
  assert.ok(found.includes("/channels/1") && found.includes("/search/messages?q=secret"), found.join("\n"));
});

Deno.test("with SHOW_DELETED=nobody, removed text is in no row, card, search, file or feed", async () => {
  using site = moderated("nobody");
  assert.deepEqual(await leaks(site), []);
  assert.match(await (await site.request("/channels/1")).text(), /friendly lantern/);
  assert.match(await (await site.request("/channels/1")).text(), /\(removed\)/);
});

Deno.test("with SHOW_DELETED=managers, only managers read removed text", async () => {
  using site = moderated("managers", "a long password");
  assert.deepEqual(await leaks(site), []);
  const login = await site.request("/login", {
    method: "POST",
    headers: { Origin: "http://localhost" },
    body: new URLSearchParams({ password: "a long password" }),
  });
  const Cookie = login.headers.get("Set-Cookie")!.split(";")[0]!;
  const found = await leaks(site, { Cookie });
  assert.ok(found.includes("/channels/1"), found.join("\n"));
  assert.ok(found.some((address) => address.includes("format=csv")), "also in files");
  assert.ok(found.includes("/channel/lake?from=0&raw") && found.includes("/api/v2/recent-messages/lake"));
});

Deno.test("without a password, a page of another site does not read removed text with the rights of this machine", async () => {
  using site = moderated("managers");
  const paths = [
    "/channel/lake?from=0&raw",
    "/channel/lake/userid/11?from=0&json",
    "/api/v2/recent-messages/lake",
  ];
  for (const path of paths) {
    const read = async (headers: HeadersInit) =>
      await (await site.requestFrom("127.0.0.1", `http://localhost${path}`, { headers })).text();
    for (
      const headers of [{ Origin: "https://evil.example" }, {
        "Sec-Fetch-Site": "cross-site",
      }] as HeadersInit[]
    ) {
      const text = await read(headers);
      assert.match(text, /\(removed\)/);
      assert.doesNotMatch(text, /harpoon|anchor/, path);
    }
    assert.match(await read({}), /harpoon/);
    assert.match(await read({ "Sec-Fetch-Site": "same-origin" }), /harpoon/);
  }
});

Deno.test("caches do not keep answers that only managers may read", async () => {
  using site = moderated("managers", "a long password");
  const login = await site.request("/login", {
    method: "POST",
    headers: { Origin: "http://localhost" },
    body: new URLSearchParams({ password: "a long password" }),
  });
  const Cookie = login.headers.get("Set-Cookie")!.split(";")[0]!;
  const path = "/channel/lake/2020/1/1?raw";
  const open = await site.request(path);
  assert.equal(open.headers.get("Cache-Control"), "public, max-age=36000");
  const managers = await site.request(path, {
    headers: { Cookie, "If-None-Match": open.headers.get("ETag")! },
  });
  assert.deepEqual([managers.status, managers.headers.get("Cache-Control"), managers.headers.get("ETag")], [
    200,
    "no-store",
    null,
  ]);
});

Deno.test("a search does not reveal the words of a removed message by finding it", async () => {
  using site = moderated("nobody");
  const rows = async (q: string) =>
    [...(await (await site.request(`/search/messages?${new URLSearchParams({ q })}`)).text())
      .matchAll(/data-id="/g)].length;
  assert.equal(await rows("harpoon"), await rows("nowordlikethis"));
  assert.equal(await rows("lantern"), 1);
});
