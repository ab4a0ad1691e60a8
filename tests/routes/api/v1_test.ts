/** The interface for programs, through its typed client, on a real archive. */
import assert from "node:assert/strict";
import { hc } from "hono/client";
import { type Api, documentOf } from "../../../routes/api/v1/app.ts";
import { exampleOf } from "../../../routes/api/reference.tsx";
import * as schemas from "../../../routes/api/v1/schemas.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { ANN, BEN, message } from "../../support/archive/events.ts";
import { newToken } from "../../support/site/clients.ts";
import { connect, read } from "../../support/http/raw_client.ts";
import { serve } from "../../support/http/served.ts";
import { until } from "../../support/until.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { lakeSite, type TestSite } from "../../support/site/site.ts";

/** The typed client of the interface of a site. */
function clientOf(site: TestSite) {
  return hc<Api>("http://localhost/api/v1", {
    fetch: ((input: string, init?: RequestInit) =>
      site.request(input.replace("http://localhost", ""), init)) as typeof fetch,
  });
}

/** The JSON of an answer that must be a success. */
async function ok<T>(response: Promise<{ status: number; json(): Promise<T> }>) {
  const { status, json } = await response.then((each) => ({ status: each.status, json: () => each.json() }));
  const body = await json();
  assert.equal(status, 200, JSON.stringify(body));
  return body as Exclude<T, { detail: string }>;
}

interface Operation {
  parameters?: Parameters<typeof exampleOf>[1];
  responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }>;
}

Deno.test("every example of the reference works, and its answer has the schema that the reference shows", async () => {
  using site = inventedSite();
  const document = await (await site.request("/api/v1/openapi.json")).json() as ReturnType<typeof documentOf>;
  assert.equal(document.openapi, "3.1.0");
  const message = site.recorder.stored[20]!.id;
  let examples = 0;
  for (const [path, item] of Object.entries(document.paths!)) {
    const { parameters = [], responses } = (item as { get: Operation }).get;
    if (path === "/stream") continue;
    const address = exampleOf(path, parameters).replace("{id}", String(message));
    const response = await site.request(address);
    const body = await response.json();
    assert.equal(response.status, 200, `${address}: ${JSON.stringify(body)}`);
    const name = responses["200"]!.content["application/json"]!.schema.$ref?.split("/").at(-1);
    const schema = name && schemas[name as keyof typeof schemas];
    if (schema) assert.deepEqual(schema.parse(body), body, address);
    examples++;
  }
  assert.ok(examples >= 15);
  const reference = await (await site.request("/docs")).text();
  for (const path of Object.keys(document.paths!)) assert.ok(reference.includes(`GET /api/v1${path}`), path);
});

Deno.test("pages of a search follow each other without a gap, in both orders", async () => {
  using site = inventedSite();
  const client = clientOf(site);
  const page = (query: Record<string, string>) =>
    ok(client.messages.$get({ query: { q: "in:harborlight", ...query } as { q: string } }));
  for (const order of ["newest", "oldest"]) {
    const ids: number[] = [];
    let cursor: Record<string, string> = {};
    for (let pages = 0; pages < 100; pages++) {
      const { messages, older, newer } = await page({ limit: "70", order, ...cursor });
      ids.push(...messages.map(({ id }) => id));
      const next = order === "newest" ? older : newer;
      if (next === null) break;
      cursor = order === "newest" ? { before_id: String(next) } : { after_id: String(next) };
    }
    const stored = site.recorder.stored.filter(({ channelId }) => channelId === 1).map(({ id }) => id);
    assert.deepEqual(ids, order === "newest" ? stored.toReversed() : stored, order);
  }
  const { messages, newer, older } = await page({ limit: "5" });
  assert.equal(newer, null);
  const back = await page({ limit: "5", before_id: String(older) });
  const again = await page({ limit: "5", after_id: String(back.newer) });
  assert.deepEqual(again.messages.map(({ id }) => id), messages.map(({ id }) => id));
});

Deno.test("counts, bars and facets agree with the messages", async () => {
  using site = inventedSite();
  const client = clientOf(site);
  const query = { q: "in:harborlight" };
  const stored = site.recorder.stored.filter(({ channelId }) => channelId === 1);
  assert.equal((await ok(client.count.$get({ query }))).messages, stored.length);
  const { bars, messages } = await ok(client.histogram.$get({ query: { ...query, bars: "10" } }));
  assert.ok(bars.length <= 10);
  assert.equal(bars.reduce((sum, bar) => sum + bar, 0), stored.length);
  assert.equal(messages, stored.length);
  const facets = await ok(client.facets.$get({ query }));
  assert.deepEqual(facets.channels, [{ id: 1, messages: stored.length }]);
});

const said = (text: string, more: Partial<ChatEvent> = {}) => message(ANN, text, { tags: [], ...more });

Deno.test("a message of the API has its reply, emotes, bits and removal", async () => {
  using site = lakeSite();
  const uuid = crypto.randomUUID();
  const [first] = site.recorder.receive(
    1,
    [said("who knows", { uuid, author: BEN })],
    Date.now() - 9_000,
  );
  const tags = [
    "bits=100",
    "emotes=25:5-9",
    "reply-parent-display-name=Ben",
    "reply-parent-msg-body=who\\sknows",
    `reply-parent-msg-id=${uuid}`,
    "reply-parent-user-login=ben",
  ];
  const [reply] = site.recorder.receive(1, [said("@Ben Kappa", { tags })], Date.now() - 8_000);
  site.recorder.receive(1, [said("", { kind: "timeout", tags: ["ban-duration=60"] })], Date.now() - 3_000);
  const client = clientOf(site);
  const message = await ok(client.messages[":id"].$get({ param: { id: String(reply!.id) } } as never));
  assert.equal(message.bits, 100);
  assert.deepEqual(message.reply_to, { message_id: uuid, login: "ben", name: "Ben", text: "who knows" });
  assert.deepEqual(message.emotes, [{ name: "Kappa", service: "twitch", id: "25", from: 5, to: 10 }]);
  assert.equal(message.removed!.kind, "timeout");
  assert.equal(message.removed!.duration_s, 60);
  assert.ok(Math.abs(message.removed!.after_ms - 5_000) < 100);
  const param = { param: { id: String(first!.id) } } as never;
  const thread = await ok(client.messages[":id"].thread.$get(param));
  assert.deepEqual(thread.messages.map(({ id }) => id), [first!.id, reply!.id]);
  const context = await ok(client.messages[":id"].context.$get(param));
  assert.deepEqual(context.messages.map(({ kind }) => kind), ["message", "message", "timeout"]);
});

Deno.test("removed texts are hidden from those whom SHOW_DELETED excludes", async () => {
  using site = lakeSite({ showDeleted: "nobody" });
  site.recorder.receive(1, [said("a secret harpoon")], Date.now() - 9_000);
  site.recorder.receive(1, [said("", { kind: "timeout", tags: ["ban-duration=60"] })], Date.now() - 3_000);
  for (const path of ["messages?q=in:lake", "messages?q=harpoon", "facets?q=harpoon", "count?q=harpoon"]) {
    const body = await (await site.request(`/api/v1/${path}`)).text();
    assert.doesNotMatch(body, /secret/, path);
    assert.doesNotMatch(body, /"messages":[1-9]/, path);
  }
  const response = await site.request("/api/v1/stream?q=in:lake&after_id=0");
  assert.doesNotMatch(await firstOf(response, "timeout"), /secret/);
});

Deno.test("the API returns the emotes of the requested moment", async () => {
  using site = lakeSite();
  const emote = { service: "7tv", id: "a1", name: "wave", isOverlay: false, ratio: 1 } as const;
  const noon = Date.UTC(2026, 10, 1, 12);
  site.recorder.writer.change({
    kind: "store emote set",
    set: { channelId: 1, service: "7tv", at: noon, emotes: [emote] },
  });
  site.recorder.writer.change({
    kind: "store emote set",
    set: { channelId: 1, service: "7tv", at: noon + 3_600_000, emotes: [] },
  });
  const client = clientOf(site);
  const names = async (at: string) =>
    (await ok(client.channels[":channel"].emotes.$get({ param: { channel: "lake" }, query: { at } })))
      .emotes.map(({ name }) => name);
  assert.deepEqual(await names("2026-11-01T12:30"), ["wave"]);
  assert.deepEqual(await names("2026-11-01T13:30"), []);
});

const WRONG: [path: string, status: number, detail: RegExp][] = [
  ["messages", 400, /^q is missing: use a search, such as hello\.$/],
  ["messages?q=before:soon", 400, /`before:` needs/],
  ["messages?q=in:nowhere", 400, /No channel named “nowhere”/],
  ["messages?q=x&limit=501", 400, /^“501” is not a valid limit: use a whole number from 1 to 500\.$/],
  ["messages?q=x&limit=0x10", 400, /^“0x10” is not a valid limit/],
  ["messages?q=x&limit=1&limit=2", 400, /^limit has several values: use a whole number/],
  ["messages?q=x&before_id=-1", 400, /^“-1” is not a valid before_id: use the id of a message\.$/],
  ["messages?q=x&before_id=1&after_id=2", 400, /either before_id or after_id/],
  ["messages?q=x&order=up", 400, /^“up” is not a valid order: use newest or oldest\.$/],
  ["messages/77", 404, /no message with the id 77/],
  ["messages/x", 400, /^“x” is not a valid id: use the id of a message\.$/],
  ["messages/77/context", 404, /no message with the id 77/],
  ["channels/nowhere", 404, /No channel “nowhere”/],
  ["channels/lake/statistics?from=soon", 400, /“soon” is not a valid from/],
  ["channels/lake/statistics?from=1d&to=2d", 400, /The span is empty/],
  ["channels/lake/emotes?at=x", 400, /“x” is not a valid at/],
  ["users/nobody", 404, /No user “nobody”/],
  ["users/%00", 404, /No user/],
  ["channels/..%2f..%2fetc", 404, /No channel/],
  ["histogram?q=x&bars=0", 400, /^“0” is not a valid bars: use a whole number from 1 to 1000\.$/],
  ["stream?q=before:soon", 400, /`before:` needs/],
  ["stream", 400, /^q is missing/],
  ["messages?q=%00", 400, /^“\\u0000” is not a valid q: use text without control characters\.$/],
  ["messages?q=x&Limit=5", 400, /^“Limit” is no parameter of this address: it has q, limit, before_id, /],
  ["channels?q=x", 400, /^“q” is no parameter of this address: it has none\.$/],
  ["nothing", 404, /There is nothing at this address/],
];
for (const [path, status, detail] of WRONG) {
  Deno.test(`/api/v1/${path} answers ${status} with a problem that says why`, async () => {
    using site = lakeSite();
    const response = await site.request(`/api/v1/${path}`);
    assert.equal(response.status, status);
    assert.match(response.headers.get("Content-Type")!, /^application\/problem\+json/);
    const problem = await response.json();
    assert.match(problem.detail, detail);
    assert.equal(problem.status, status);
    assert.deepEqual(site.faults, []);
  });
}

Deno.test("a problem of a search has its position in the text", async () => {
  using site = lakeSite();
  const { errors } = await (await site.request("/api/v1/messages?q=x+before:soon")).json();
  assert.deepEqual(errors.map(({ parameter, from, to }: Record<string, unknown>) => [parameter, from, to]), [
    ["q", 2, 13],
  ]);
});

/** Reads a stream until it has a text. */
async function firstOf(response: Response, text: string): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let received = "";
  while (!received.includes(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    received += value;
  }
  await reader.cancel();
  return received;
}

const idsIn = (stream: string) => [...stream.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

Deno.test("a stream resumes after a message, and then has new ones, each once", async () => {
  using site = lakeSite();
  const before = Array.from({ length: 450 }, (_, n) => said(`hello ${n}`));
  const stored = site.recorder.receive(1, before, Date.now() - 60_000);
  const response = await site.request("/api/v1/stream?q=hello", {
    headers: { "Last-Event-ID": String(stored[9]!.id) },
  });
  const [more] = site.recorder.receive(1, [said("hello again")]);
  site.recorder.receive(1, [said("something else")]);
  const received = await firstOf(response, "again");
  assert.deepEqual(idsIn(received), [...stored.slice(10).map(({ id }) => id), more!.id]);
  assert.match(received, /^event: hello\n/);
});

Deno.test("a stream without a place has only new messages", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("hello before")], Date.now() - 60_000);
  const response = await site.request("/api/v1/stream?q=hello");
  const [more] = site.recorder.receive(1, [said("hello new")]);
  assert.deepEqual(idsIn(await firstOf(response, "new")), [more!.id]);
});

Deno.test("a client that does not read gets the position at which to resume, and then misses nothing", async () => {
  using site = lakeSite();
  const response = await site.request("/api/v1/stream?q=hello");
  const ids: number[] = [];
  const text = `hello ${"x".repeat(400)}`;
  for (let batch = 0; batch < 20 && site.hub.size() > 0; batch++) {
    const many = Array.from({ length: 100 }, () => said(text));
    ids.push(...site.recorder.receive(1, many).map(({ id }) => id));
    while (site.hub.counts.sent + 100 * site.hub.counts.dropped < ids.length && site.hub.size() > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const received = await response.text();
  const place = Number(/event: lagging\ndata: \{"after_id":(\d+)\}/.exec(received)![1]);
  const first = idsIn(received);
  assert.equal(first.at(-1), place);
  const [last] = site.recorder.receive(1, [said("hello last")]);
  const again = await firstOf(await site.request(`/api/v1/stream?q=hello&after_id=${place}`), "hello last");
  assert.deepEqual([...first, ...idsIn(again)], [...ids, last!.id]);
});

Deno.test("a WebSocket resumes after a message, sends new ones, and reports errors of the request", async () => {
  using site = lakeSite();
  const stored = site.recorder.receive(1, [said("hello one"), said("hello two")], Date.now() - 60_000);
  await using server = serve(site.app.fetch);
  const socket = new WebSocket(
    `${server.url.replace("http", "ws")}/api/v1/stream?q=hello&after_id=${stored[0]!.id}`,
  );
  const got: { type: string; message?: { text: string } }[] = [];
  socket.onmessage = ({ data }) => got.push(JSON.parse(data));
  await until(() => got.length === 2);
  site.recorder.receive(1, [said("hello three"), said("other")]);
  await until(() => got.length === 3);
  assert.deepEqual(got.map(({ type, message }) => message?.text ?? type), [
    "hello",
    "hello two",
    "hello three",
  ]);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  await until(() => site.hub.size() === 0);

  const refused = await fetch(`${server.url}/api/v1/stream?q=before:soon`);
  assert.equal(refused.status, 400);
  await refused.body!.cancel();
});

Deno.test("a client without read access gets a problem, and a token with the scope gets the answer", async () => {
  using site = lakeSite({ readAccess: "token", loopback: false });
  const far = (headers: Record<string, string> = {}) =>
    site.requestFrom("192.0.2.7", "http://chat.example/api/v1/channels", { headers });
  const refused = await far();
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("Content-Type")!, /^application\/problem\+json/);
  assert.equal((await refused.json()).status, 401);
  const allowed = await far({ Authorization: `Bearer ${await newToken(site, "read")}` });
  assert.deepEqual((await allowed.json()).channels.map(({ login }: { login: string }) => login), ["lake"]);
});

for (const [origin, status] of [["https://evil.example", 403], ["http://localhost", 101]] as const) {
  Deno.test(`where reading is closed, a WebSocket opened by a page of ${origin} gets ${status}`, async () => {
    using site = lakeSite({ readAccess: "token" });
    await using server = serve(site.app.fetch);
    using client = await connect(
      server,
      "GET /api/v1/stream?q=in:lake HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        `Origin: ${origin}\r\n\r\n`,
    );
    assert.match(await read(client, "\r\n\r\n"), new RegExp(`^HTTP/1.1 ${status} `));
  });
}
