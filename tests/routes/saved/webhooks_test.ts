/** Webhooks of saved searches, with a real receiver. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { hostProblem, isPublic, urlProblem } from "../../../src/webhooks/hosts.ts";
import { ANN, message, person } from "../../support/archive/events.ts";
import { lakeSite } from "../../support/site/site.ts";
import { nextMillisecond, until } from "../../support/until.ts";

const said = (text: string) => message(ANN, text);

interface Received {
  headers: Headers;
  body: string;
  texts: string[];
}

/** A receiver that answers with a status. */
function startReceiver() {
  const received: Received[] = [];
  const receiver = { status: 200, asked: 0, received };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    receiver.asked++;
    const body = await request.text();
    if (receiver.status === 302) return Response.redirect("http://127.0.0.1:1/other", 302);
    if (receiver.status !== 200) return new Response("no", { status: receiver.status });
    const texts = JSON.parse(body).messages.map(({ text }: { text: string }) => text);
    received.push({ headers: request.headers, body, texts });
    return new Response("ok");
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return Object.assign(receiver, { host, [Symbol.asyncDispose]: () => server.shutdown() });
}

async function scene(config = {}) {
  const stack = new AsyncDisposableStack();
  const receiver = stack.use(startReceiver());
  const site = stack.use(lakeSite({
    webhookHosts: [receiver.host],
    webhookTimings: { paceMs: 1, retryMs: [10], timeoutMs: 500 },
    ...config,
  }));
  const saved = { name: "hats", search: "hat in:lake", savedAt: 1 };
  await site.recorder.change({ kind: "save search", saved });
  const form = (fields: Record<string, string>) => ({ method: "POST", body: new URLSearchParams(fields) });
  const add = (url: string) => site.request("/searches/hats/webhooks", form({ url }));
  const texts = () => receiver.received.flatMap(({ texts }) => texts);
  return { site, receiver, add, form, texts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("new matches are sent signed and in order, and older messages are not sent", async () => {
  await using it = await scene();
  it.site.recorder.receive(1, [said("an old hat")], Date.now() - 60_000);
  assert.equal((await it.add(`http://${it.receiver.host}/hook?a=1`)).status, 303);
  it.site.recorder.receive(1, [said("a new hat"), said("no match"), said("another hat")]);
  await until(() => it.texts().length === 2);
  assert.deepEqual(it.texts(), ["a new hat", "another hat"]);
  const page = await (await it.site.request("/searches/hats/webhooks")).text();
  const secret = /<code class="secret">([0-9a-f]{64})</.exec(page)![1]!;
  for (const { headers, body } of it.receiver.received) {
    const signed = `${headers.get("X-Scrollback-Timestamp")}.${body}`;
    const expected = createHmac("sha256", secret).update(signed).digest("hex");
    assert.equal(headers.get("X-Scrollback-Signature"), `sha256=${expected}`);
  }
});

for (const status of [500, 302]) {
  Deno.test(`while a receiver answers ${status}, nothing is lost, and the page says so`, async () => {
    await using it = await scene();
    await it.add(`http://${it.receiver.host}/hook`);
    it.receiver.status = status;
    for (let n = 0; n < 250; n++) it.site.recorder.receive(1, [said(`hat ${n}`)]);
    await until(() => it.receiver.asked >= 3);
    const page = await (await it.site.request("/searches/hats/webhooks")).text();
    assert.match(page, /Not sent, will be tried again/);
    it.receiver.status = 200;
    await until(() => it.texts().length === 250);
    assert.deepEqual(it.texts(), Array.from({ length: 250 }, (_, n) => `hat ${n}`));
    assert.ok(it.receiver.received.every(({ texts }) => texts.length <= 100));
  });
}

Deno.test("what a user wrote who opts out before it is sent, is not sent", async () => {
  await using it = await scene();
  assert.equal((await it.add(`http://${it.receiver.host}/hook`)).status, 303);
  it.receiver.status = 500;
  it.site.recorder.receive(1, [said("a hat of ann"), { ...said("a hat of ben"), author: person(12, "ben") }]);
  await until(() => it.receiver.asked > 1);
  const optOut = { kind: "user", twitchId: 11, at: Date.now(), stored: "hidden" } as const;
  await it.site.recorder.change({ kind: "opt out", optOut });
  it.receiver.status = 200;
  await until(() => it.texts().includes("a hat of ben"));
  it.site.recorder.receive(1, [{ ...said("the last hat"), author: person(12, "ben") }]);
  await until(() => it.texts().includes("the last hat"));
  assert.deepEqual(it.texts(), ["a hat of ben", "the last hat"]);
});

Deno.test("a webhook that is deleted sends nothing more, also if its search is deleted", async () => {
  await using it = await scene();
  await it.add(`http://${it.receiver.host}/hook`);
  it.site.recorder.receive(1, [said("hat one")]);
  await until(() => it.texts().length === 1);
  const deleted = await it.site.request("/searches/hats/webhooks/1", it.form({ delete: "1" }));
  assert.equal(deleted.status, 303);
  it.site.recorder.receive(1, [said("hat two")]);
  // A webhook also sends the messages of the millisecond in which it is added.
  await nextMillisecond();
  assert.deepEqual(await it.site.archive.webhooks(), []);
  await it.add(`http://${it.receiver.host}/hook`);
  assert.equal((await it.site.request("/searches/hats", it.form({ delete: "1" }))).status, 303);
  assert.deepEqual(await it.site.archive.webhooks(), []);
  assert.deepEqual(it.texts(), ["hat one"]);
  // A webhook of a search with the same name sends for itself only.
  await it.site.request("/searches", it.form({ name: "hats", q: "hat" }));
  await it.add(`http://${it.receiver.host}/hook`);
  it.site.recorder.receive(1, [said("hat three")]);
  await until(() => it.texts().length > 1);
  it.site.recorder.receive(1, [said("hat four")]);
  await until(() => it.texts().includes("hat four"));
  assert.deepEqual(it.texts(), ["hat one", "hat three", "hat four"]);
  assert.deepEqual(it.site.faults, []);
});

const HOSTS = ["hooks.example:443", "10.0.0.5:8443", "[::1]:80"];
const URLS: [url: string, problem: RegExp | undefined][] = [
  ["https://hooks.example/a", undefined],
  ["https://hooks.example:443/a", undefined],
  ["https://10.0.0.5:8443/a", undefined],
  ["http://10.0.0.5:8443/a", undefined],
  ["http://[::1]/a", undefined],
  ["https://other.example/a", /“other.example:443” is not allowed/],
  ["https://hooks.example:444/a", /not allowed/],
  ["https://hooks.example.evil.example/a", /not allowed/],
  ["https://hooks.example@evil.example/a", /must not contain a user name/],
  ["http://hooks.example:443/a", /Use https/],
  ["file:///etc/passwd", /begins with https/],
  ["hooks.example", /begins with https/],
  ["http://127.0.0.1/", /not allowed/],
  ["http://2130706433/", /not allowed/],
];
for (const [url, problem] of URLS) {
  Deno.test(`the webhook address ${url} is ${problem ? "refused" : "accepted"}`, () => {
    const found = urlProblem(url, HOSTS);
    if (problem) assert.match(found ?? "accepted", problem);
    else assert.equal(found, undefined);
  });
}

Deno.test("a name that leads to this machine is not contacted", async () => {
  assert.match((await hostProblem(new URL("https://localhost/")))!, /no address of the Internet/);
  for (
    const address of [
      "127.0.0.1",
      "10.1.2.3",
      "169.254.169.254",
      "::1",
      "fe80::1",
      "::ffff:127.0.0.1",
      "0.0.0.0",
    ]
  ) {
    assert.equal(isPublic(address), false, address);
  }
  for (const address of ["93.184.216.34", "2606:2800:220:1::1"]) {
    assert.equal(isPublic(address), true, address);
  }
});

Deno.test("a problem with an address stands beside the field", async () => {
  await using it = await scene();
  const response = await it.add("https://other.example/");
  assert.equal(response.status, 422);
  assert.match(await response.text(), /“other.example:443” is not allowed/);
});

Deno.test("only managers see and change webhooks", async () => {
  await using it = await scene({ adminPassword: "eight letters" });
  for (const path of ["/searches/hats/webhooks", "/searches/hats/webhooks/1"]) {
    const response = await it.site.request(path, it.form({ url: "https://a.example", delete: "1" }));
    assert.equal(response.status, 403);
  }
  assert.equal((await it.site.request("/searches/hats/webhooks")).status, 403);
});
