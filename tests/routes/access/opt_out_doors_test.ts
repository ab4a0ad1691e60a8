/** Every address that answers with messages or names: none has what a user who has opted out wrote, or their name. */
import assert from "node:assert/strict";
import { BEN, message, person, timeout } from "../../support/archive/events.ts";
import { logIn } from "../../support/site/clients.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const PASSWORD = "open sesame";
const ZEBULON = person(4711, "zebulon", { displayName: "Zebulon" });
const TRACE = /zebulon|xylophone/i;
const UUID = "10000000-0000-4000-8000-000000000000";

/** Managers see there whose messages are not recorded. */
const OF_MANAGERS = new Set(["/opt-outs", "/audit"]);
const VALUES: Record<string, string> = {
  ":channelid": "9001",
  ":channel": "lake",
  ":login": "lake",
  ":userid": "12",
  ":user": "ben",
  ":name": "hats",
  ":service": "7tv",
  ":variant": "1x",
};
const SPAN = "from=0&to=99999999999";
/** Parameters with which addresses have the most to say. */
const QUERIES = [
  "",
  "?q=hat",
  "?q=ze",
  "?after_id=1",
  "?before_id=999999999999999",
  "?q=hat&after_id=1",
  "?q=hat&format=csv",
  "?q=hat&format=ndjson",
  "?q=hat&format=atom",
  `?raw&reverse&q=hat&${SPAN}`,
  `?json&limit=1&offset=1&q=hat&${SPAN}`,
  "?channel=lake&user=ben",
];

/** A chat of Zebulon and Ben: what each wrote, an answer, an action, a notice, and a timeout. */
async function lake(): Promise<{ site: TestSite; ids: { ofZebulon: number; answer: number } }> {
  const site = testSite({ adminPassword: PASSWORD });
  const { recorder } = site;
  await recorder.addChannels(["lake"]);
  recorder.writer.identifyChannel("lake", 9001, recorder.now());
  await recorder.change({ kind: "save search", saved: { name: "hats", search: "hat", savedAt: 1 } });
  const quote = [
    "reply-parent-user-id=4711",
    "reply-parent-user-login=zebulon",
    "reply-parent-display-name=Zebulon",
    "reply-parent-msg-body=my\\sxylophone\\shat",
    `reply-parent-msg-id=${UUID}`,
    `reply-thread-parent-msg-id=${UUID}`,
    "reply-thread-parent-user-login=zebulon",
  ];
  const stored = recorder.receive(1, [
    message(ZEBULON, "my xylophone hat", { uuid: UUID }),
    message(BEN, "a hat of ben", { tags: quote }),
    message(ZEBULON, "plays xylophone with a hat", { kind: "action" }),
    message(ZEBULON, "a hat and a xylophone", {
      kind: "notice",
      tags: [
        "msg-id=resub",
        "system-msg=Zebulon\\ssubscribed\\sfor\\s3\\smonths",
        "msg-param-cumulative-months=3",
      ],
    }),
    timeout("zebulon", 4711, 600),
    message(BEN, "another hat of ben"),
  ], recorder.now() - 60_000);
  return { site, ids: { ofZebulon: stored[0]!.id, answer: stored[1]!.id } };
}

function addressesOf({ app }: TestSite, message: number): string[] {
  const today = new Date();
  const day: Record<string, string> = {
    ":year": String(today.getUTCFullYear()),
    ":month": String(today.getUTCMonth() + 1),
    ":day": String(today.getUTCDate()),
  };
  const paths = new Set(app.routes.filter(({ method }) => method === "GET").map(({ path }) => path));
  assert.ok(paths.size > 90);
  return [...paths].filter((path) => !OF_MANAGERS.has(path) && !path.startsWith("/static")).flatMap(
    (path) => {
      const id = path.includes("/messages/:id") ? message : path.startsWith("/users") ? 12 : 1;
      const address = path.replaceAll(/:\w+/g, (name) => day[name] ?? VALUES[name] ?? String(id));
      return QUERIES.map((query) => address + query);
    },
  );
}

const STREAMS = /\/live$|^\/api\/v1\/stream$/;

/** The answer, of a stream what it sends up to the last of Ben's messages. */
async function read(site: TestSite, path: string, headers: Record<string, string>): Promise<string> {
  const [address, query = ""] = path.split("?");
  const answer = await site.request(path, { headers });
  if (!STREAMS.test(address!) || answer.status !== 200) return await answer.text();
  let text = "";
  const isWhole = query.includes("after_id") &&
    (query.includes("q=hat") || address!.startsWith("/channels/"));
  if (isWhole) {
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!text.includes("another")) text += (await reader.read()).value;
    await reader.cancel();
  } else await answer.body!.cancel();
  return text;
}

Deno.test("no address has what a user who has opted out wrote, nor their name, in any format", async () => {
  const { site, ids } = await lake();
  using _ = site;
  const Cookie = await logIn(site, PASSWORD);
  const all = addressesOf(site, ids.answer);
  const requests = [
    ...all.map((path) => ({ path, Accept: "text/html" })),
    ...all.filter((path) => /^\/(?:api|channels)/.test(path)).map((path) => ({ path, Accept: "*/*" })),
    { path: "/api/v1/stream?q=hat&after_id=1", Accept: "*/*", Upgrade: "websocket" },
  ];
  const shownOf = async (asked: typeof requests) => {
    const shown: typeof requests = [];
    for (const request of asked) {
      const { path, ...headers } = request;
      if (TRACE.test(await read(site, path, { ...headers, Cookie }))) shown.push(request);
    }
    return shown;
  };
  const before = await shownOf(requests);
  const routes = new Set(before.map(({ path }) => path.split("?")[0]));
  assert.ok(routes.size > 30, `it is at ${routes.size} addresses before: ${[...routes].join(" ")}`);
  assert.ok(before.some((request) => "Upgrade" in request), "it is sent by the WebSocket before");
  const optOut = (more: { twitchId?: number }, asked: typeof requests) =>
    hidden(site, { login: "zebulon", ...more }, async () => assert.deepEqual(await shownOf(asked), []));
  await optOut({ twitchId: 4711 }, requests);
  // The archive learns the id only from the next line.
  await optOut({}, before);
  await hidden(site, { twitchId: 4711 }, async () => {
    for (const path of [`/messages/${ids.ofZebulon}`, `/api/v1/messages/${ids.ofZebulon}/context`]) {
      assert.equal((await site.request(path, { headers: { Cookie } })).status, 404);
    }
  });
  assert.deepEqual(site.faults, []);
});

/** Runs a check while a user has opted out. */
async function hidden(
  site: TestSite,
  who: { twitchId?: number; login?: string },
  check: () => Promise<void>,
): Promise<void> {
  const optOut = { kind: "user", ...who, at: site.recorder.now(), stored: "hidden" } as const;
  await site.recorder.change({ kind: "opt out", optOut });
  await check();
  await site.recorder.change({ kind: "end opt-out", subject: { kind: "user", ...who } });
}
