/** The requests of programs that people use, one after the other as they make them, over a real connection. */
import assert from "node:assert/strict";
import { LINES, logSite } from "../../support/api/log_site.ts";
import { root } from "../../support/sources/sources.ts";
import { parseLine } from "../../../src/irc/syntax/parse.ts";
import { serve, type Served } from "../../support/http/served.ts";

async function json(server: Served, path: string) {
  const answer = await fetch(server.url + path, { headers: { Accept: "application/json, text/plain, */*" } });
  assert.equal(answer.status, 200, path);
  return await answer.json();
}

Deno.test("a log viewer finds a channel, its newest day, and shows it newest first", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  const { channels } = await json(server, "/channels");
  const [{ name, userID }] = channels;
  const { availableLogs: [newest] } = await json(server, `/list?channel=${name}`);
  assert.ok(Object.values(newest).every((part) => typeof part === "string"));
  const day = `${server.url}/channelid/${userID}/${newest.year}/${newest.month}/${newest.day}`;
  const oldest = await (await fetch(`${day}?raw`)).text();
  const reversed = await (await fetch(`${day}?raw&reverse`)).text();
  // As the viewer does: split, reverse, and drop the first element, which is what follows the last line end.
  const shown = reversed.split(/\r?\n/).reverse();
  assert.equal(shown.shift(), "");
  assert.equal(shown.join("\r\n") + "\r\n", oldest);
  for (const line of shown) {
    assert.ok(line.startsWith("@"));
    const at = /tmi-sent-ts=(\d+);/.exec(line);
    assert.match(new Date(Number(at![1])).toISOString(), /^2026-11-09T/);
    assert.equal(parseLine(line)!.params[0]!.toLowerCase(), "#harborlight");
  }
  const { availableLogs: [month] } = await json(server, `/list?channelid=${userID}&user=ada`);
  assert.deepEqual(month, { year: "2026", month: "11" });
  const ofUser = await fetch(`${server.url}/channelid/${userID}/user/ada/${month.year}/${month.month}?raw`);
  assert.equal((await ofUser.text()).split("\r\n").length, 3);
  const [name0] = await json(server, "/namehistory/101");
  assert.equal(name0.user_login, "ada");
  assert.ok(Date.parse(name0.first_timestamp) <= Date.parse(name0.last_timestamp));
});

Deno.test("a bot asks for a random quote, the last message of a user, and how often they wrote", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  const quote = await (await fetch(`${server.url}/channel/harborlight/user/ben/random`)).text();
  assert.match(quote, /^\[2026-11-09 12:00:\d\d\] #harborlight (?:ben: @Ada hi|Rules: be kind)\r\n$/);
  // It follows the redirect to the latest month.
  const { messages } = await json(server, "/channel/harborlight/user/ben?json&reverse&limit=1");
  assert.deepEqual(messages.map(({ text }: { text: string }) => text), ["Rules: be kind"]);
  const { messageCount } = await json(server, "/channel/harborlight/user/ben/stats");
  assert.equal(messageCount, 2);
  const none = await fetch(`${server.url}/channel/harborlight/user/somebody_else/random?json`);
  assert.deepEqual([none.status, await none.text()], [404, "Not found"]);
});

Deno.test("a desktop client fills its window from the address template of its settings", async () => {
  using site = logSite();
  await using server = serve(site.app.fetch);
  const template = `${server.url}/api/v2/recent-messages/%1`;
  const query = "limit=800&clearchatToNotice=true&hideModerationMessages=false";
  const { messages, error } = await json(
    server,
    `${template.replace("%1", "harborlight").slice(server.url.length)}?${query}`,
  );
  assert.equal(error, null);
  assert.equal(messages.length, LINES.length - 1);
  assert.ok(messages.every((line: string) => /^@(?:[^ ]*;)?historical=1;rm-received-ts=\d{13}/.test(line)));
  const last = /rm-received-ts=(\d+)/.exec(messages.at(-1))![1];
  const later = await json(server, `/api/v2/recent-messages/harborlight?after=${last}`);
  assert.deepEqual(later.messages, [], "when it connects again");
});

Deno.test("every address of the documentation is answered", async () => {
  using site = logSite();
  const text = Deno.readTextFileSync(new URL("docs/api.md", root));
  const [logs, rest] = text.split("## Lists and statistics");
  const addresses = [...text.matchAll(/^\| `(\/[^`]+)`/gm)].map(([, address]) => address!);
  assert.ok(addresses.length >= 16, addresses.join("\n"));
  const flags = [...logs!.matchAll(/^\| `([a-zA-Z]+)`/gm)].map(([, flag]) =>
    `${addresses[0]}?${flag === "from" ? "" : flag}`
  );
  for (
    const address of [
      ...addresses,
      ...flags,
      ...rest!.matchAll(/127\.0\.0\.1:8080(\/[^'`%{]+)'/g).map(([, path]) => path!),
    ]
  ) {
    const path = address.replace("from=…&to=…", "from=2026-11-09T00:00:00Z&to=1800000000");
    const answer = await site.request(path, { headers: { Accept: "*/*" } });
    assert.ok(answer.status < 400, `${path}: ${answer.status} ${await answer.text()}`);
  }
});
