import assert from "node:assert/strict";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { newToken } from "../../support/site/clients.ts";
import { recordingSite, type TestSite } from "../../support/site/site.ts";

const ask = (site: TestSite, method: string, body: unknown, headers: Record<string, string>) =>
  site.requestFrom("192.0.2.7", "http://chat.example/admin/channels", {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

async function botSite() {
  const site = recordingSite(["harborlight"], { loopback: false });
  site.recorder.writer.identifyChannel("harborlight", 9001, Date.now());
  const event = inventedEvent(0, "harborlight");
  site.recorder.receive(1, [{ ...event, author: { ...event.author!, userId: 77, login: "oldlantern" } }]);
  return { site, headers: { "X-Api-Key": await newToken(site, "manage") } };
}

const enabled = (site: TestSite) =>
  site.recorder.writer.channels().filter((channel) => channel.enabled).map(({ login }) => login);

Deno.test("a bot adds channels by their logins, by their ids, and by the ids of those who have written", async () => {
  const { site, headers } = await botSite();
  using _site = site;
  await site.recorder.setEnabled(1, false);
  const answer = await ask(
    site,
    "POST",
    { channels: ["9001", "77", "MossGarden", "#paperfox", "@123"] },
    headers,
  );
  assert.deepEqual([answer.status, await answer.text()], [200, ""]);
  assert.deepEqual(enabled(site), ["123", "harborlight", "mossgarden", "oldlantern", "paperfox"]);
  assert.equal((await ask(site, "POST", { channels: ["mossgarden", "mossgarden"] }, headers)).status, 200);
});

Deno.test("a bot removes channels, whose messages stay", async () => {
  const { site, headers } = await botSite();
  using _site = site;
  await site.recorder.addChannels(["mossgarden", "paperfox"]);
  const answer = await ask(site, "DELETE", { channels: ["9001", "mossgarden"] }, headers);
  assert.deepEqual([answer.status, await answer.text()], [200, ""]);
  assert.deepEqual(enabled(site), ["paperfox"]);
  assert.equal((await site.archive.timeline({ channelId: 1, limit: 5 })).events.length, 1);
  assert.equal((await ask(site, "DELETE", { channels: ["mossgarden"] }, headers)).status, 200, "again");
});

Deno.test("a list with a name that nobody has changes nothing, and the answer names it", async () => {
  const { site, headers } = await botSite();
  using _site = site;
  const added = await ask(site, "POST", { channels: ["mossgarden", "424242", "no!name"] }, headers);
  assert.equal(added.status, 400);
  assert.match(added.headers.get("Content-Type")!, /^text\/plain/);
  assert.match(await added.text(), /No channel is known as “424242”, “no!name”\. Send its login/);
  const removed = await ask(site, "DELETE", { channels: ["harborlight", "mossgarden"] }, headers);
  assert.equal(removed.status, 404);
  assert.match(await removed.text(), /Not in the archive: mossgarden/);
  assert.deepEqual(enabled(site), ["harborlight"]);
});

Deno.test("only a token that may manage is accepted", async () => {
  const { site, headers } = await botSite();
  using _site = site;
  const read = { "X-Api-Key": await newToken(site, ["read", "export"]) };
  const bearer = { Authorization: `Bearer ${headers["X-Api-Key"]}` };
  for (const method of ["POST", "DELETE"]) {
    const status = async (headers: Record<string, string>) =>
      (await ask(site, method, { channels: ["harborlight"] }, headers)).status;
    assert.equal(await status({}), 403);
    assert.equal(await status(read), 403);
    assert.equal(await status({ "X-Api-Key": "" }), 401);
    assert.equal(await status({ "X-Api-Key": headers["X-Api-Key"].slice(0, -1) }), 401);
    assert.equal(await status(bearer), 200);
  }
});

Deno.test("a body that is not such a list is refused with what was expected", async () => {
  const { site, headers } = await botSite();
  using _site = site;
  const bodies: [unknown, RegExp][] = [
    ["{", /not valid JSON/],
    ["", /not valid JSON/],
    ["[]", /must be a JSON object/],
    ["null", /must be a JSON object/],
    [{}, /^channels is missing: use a list of up to 200 logins or Twitch ids\.\n$/],
    [{ channels: "forsen" }, /“forsen” is not a valid channels: use a list of/],
    [{ channels: [] }, /^\[\] is not a valid channels: use at least one login or Twitch id\.\n$/],
    [
      { channels: [22484632] },
      /^22484632 is not a valid channels\[0\]: use a login or a Twitch id, in quotes\.\n$/,
    ],
    [{ channels: Array.from({ length: 201 }, () => "a") }, /use at most 200 entries\.\n$/],
    [{ channels: ["x".repeat(101)] }, /is not a valid channels\[0\]: use at most 100 characters\.\n$/],
    [{ channels: ["a\r\nJOIN #b"] }, /No channel is known as/],
  ];
  for (const [body, problem] of bodies) {
    const answer = await ask(site, "POST", body, headers);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(await answer.text(), problem);
  }
  assert.equal(
    (await ask(site, "POST", { channels: ["a"] }, { ...headers, "Content-Type": "text/plain" })).status,
    400,
  );
  assert.equal((await ask(site, "POST", `{"channels":["${"x".repeat(70_000)}"]}`, headers)).status, 413);
  const problem = await ask(site, "POST", {}, { ...headers, Accept: "application/json" });
  assert.equal((await problem.json()).status, 400);
  assert.deepEqual(enabled(site), ["harborlight"]);
  assert.deepEqual(site.faults, []);
});
