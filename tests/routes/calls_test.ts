import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";

/** The most that a page may ask of the archive: each call waits for a reader, and is a message there and back. */
const MAX_CALLS = 3;

/** The values of the parameters of logs. */
const LOG_OF: Record<string, string> = {
  ":channelid": "9001",
  ":channel": "harborlight",
  ":userid": "102",
  ":user": "mossgarden",
  ":year": "2026",
  ":month": "11",
  ":day": "9",
};
const OF_CHANNELS = ["/channel/:channel", "/channelid/:channelid"];
const OF_USERS = OF_CHANNELS.flatMap((path) => [`${path}/user/:user`, `${path}/userid/:userid`]);
const LOGS = Object.fromEntries(
  [
    ...OF_CHANNELS.flatMap((path) => [path, `${path}/random`, `${path}/stats`, `${path}/:year/:month/:day`]),
    ...OF_USERS.flatMap((path) => [
      path,
      ...["random", "stats", "search"].map((step) => `${path}/${step}`),
      `${path}/:year/:month`,
    ]),
  ].map((path) => {
    const address = path.replaceAll(/:\w+/g, (name) => LOG_OF[name]!);
    return [path, [`${address}?raw&q=key`, `${address}?from=0&to=2000000000&json&limit=10&q=key`]];
  }),
);

/** Addresses of every route, the ones that ask for the most. `{message}` is an id of channel 1. */
const ADDRESSES: Record<string, readonly string[]> = {
  "/": ["/", "/?since=none", "/?username=mossgarden&channel=harborlight"],
  "/view/plain": ["/view/plain"],
  "/sidebar": ["/sidebar?current=1", "/sidebar?current=1&since=none"],
  "/channels": ["/channels", "/channels?since=none"],
  "/channels/:id": [
    "/channels/1",
    "/channels/2?before_id={message}",
    "/channels/1?after_id={message}",
    "/channels/99",
    "/channels/harborlight",
    "/channels/nobody",
    "/channels/1?q=key",
    "/channels/1?at=2026-11-03T20:15",
    "/channels/1?q=is:first&at=2026-11-03T20:15",
  ],
  "/channels/:id/column": ["/channels/1/column", "/channels/harborlight/column"],
  "/channels/:id/delete": ["/channels/1/delete"],
  "/channels/:id/retention": ["/channels/1/retention", "/channels/1/retention?days=3&messages=5"],
  "/channels/:id/strip": ["/channels/1/strip", "/channels/1/strip?q=key&span=7d&at=2026-11-03T20:15"],
  "/channels/:id/days": ["/channels/1/days", "/channels/1/days?day=2026-11"],
  "/channels/:id/events": ["/channels/1/events", "/channels/1/events?kind=raids"],
  "/channels/:id/people": ["/channels/1/people", "/channels/1/people?after=7d"],
  "/channels/:id/streams": ["/channels/1/streams"],
  "/channels/:id/coverage": ["/channels/2/coverage", "/channels/2/coverage?format=json"],
  "/channels/:id/stats": ["/channels/1/stats", "/channels/1/stats?after=7d"],
  "/channels/:id/stats/topics": ["/channels/1/stats/topics"],
  "/channels/:id/state": ["/channels/1/state"],
  "/channels/:id/gaps": ["/channels/2/gaps"],
  "/channels/:id/messages": ["/channels/1/messages?before_id={message}"],
  "/channels/:id/messages/stream": ["/channels/1/messages/stream?after_id={newest}"],
  "/channels/:id/live": ["/channels/1/live?after_id={newest}"],
  "/messages/:id": ["/messages/{message}"],
  "/messages/:id/thread": ["/messages/{message}/thread"],
  "/docs": ["/docs"],
  "/openapi.json": ["/openapi.json"],
  "/api/v1/openapi.json": ["/api/v1/openapi.json"],
  "/api/v1/channels": ["/api/v1/channels"],
  "/api/v1/channels/:channel": ["/api/v1/channels/harborlight", "/api/v1/channels/1"],
  "/api/v1/channels/:channel/coverage": ["/api/v1/channels/mossgarden/coverage?from=7d"],
  "/api/v1/channels/:channel/streams": ["/api/v1/channels/harborlight/streams"],
  "/api/v1/channels/:channel/statistics": ["/api/v1/channels/harborlight/statistics?from=7d"],
  "/api/v1/channels/:channel/emotes": ["/api/v1/channels/harborlight/emotes"],
  "/api/v1/messages": [
    "/api/v1/messages?q=key",
    "/api/v1/messages?q=in:harborlight+from:mossgarden&order=oldest",
  ],
  "/api/v1/messages/:id": ["/api/v1/messages/{message}"],
  "/api/v1/messages/:id/context": ["/api/v1/messages/{message}/context"],
  "/api/v1/messages/:id/thread": ["/api/v1/messages/{message}/thread"],
  "/api/v1/count": ["/api/v1/count?q=key"],
  "/api/v1/histogram": ["/api/v1/histogram?q=key"],
  "/api/v1/facets": ["/api/v1/facets?q=key"],
  "/api/v1/users": ["/api/v1/users?q=moss"],
  "/api/v1/users/:user": ["/api/v1/users/mossgarden", "/api/v1/users/102"],
  "/api/v1/searches": ["/api/v1/searches"],
  "/api/v1/stream": ["/api/v1/stream?q=key"],
  "/emotes/:service/:id/:variant": ["/emotes/twitch/25/light-1"],
  "/events": ["/events", "/events?kind=subs"],
  "/streams": ["/streams"],
  "/side": ["/side", "/side?in=harborlight&in=mossgarden&in=nobody"],
  "/settings": ["/settings"],
  "/about": ["/about"],
  "/palette": ["/palette", "/palette?q=mo"],
  "/users/:id/card": ["/users/102/card?channel=1", "/users/mossgarden/card", "/users/nobody/card"],
  "/users": ["/users", "/users?q=a"],
  "/users/:id": [
    "/users/102",
    "/users/102?channel=harborlight",
    "/users/102?channel=nobody",
    "/users/1",
    "/users/nobody",
  ],
  "/search": ["/search?q=key"],
  "/search/complete": [
    "/search/complete?q=key",
    "/search/complete?q=in:",
    "/search/complete?q=from:mo",
    "/search/complete?q=key&as=list",
  ],
  "/search/messages/hints": ["/search/messages/hints?q=keyy+in:harborlight+from:mossgarden"],
  "/search/messages/facets": ["/search/messages/facets?q=key"],
  "/search/follow": ["/search/follow?q=key", "/search/follow?q=in:harborlight+from:mossgarden"],
  "/search/follow/messages": ["/search/follow/messages?q=key&before_id={message}"],
  "/search/follow/messages/stream": ["/search/follow/messages/stream?q=key&after_id={newest}"],
  "/search/follow/live": ["/search/follow/live?q=key&after_id={newest}"],
  "/search/messages/histogram": [
    "/search/messages/histogram?q=key",
    "/search/messages/histogram?q=key+in:harborlight+from:mossgarden",
  ],
  "/search/messages": [
    "/search/messages",
    "/search/messages?q=key",
    "/search/messages?q=key&channel=harborlight&user=mossgarden&from=2020-01-01",
    "/search/messages?q=key&channel=nobody&user=nobody",
  ],
  "/search/channels": ["/search/channels?q=a"],
  "/search/users": ["/search/users?q=a"],
  "/searches": ["/searches", "/searches?q=key"],
  "/searches/:name": ["/searches/nobody"],
  "/searches/:name/live": ["/searches/nobody/live"],
  "/searches/:name/feed": ["/searches/nobody/feed"],
  "/searches/:name/webhooks": ["/searches/nobody/webhooks"],
  ...LOGS,
  "/api/channels": ["/api/channels"],
  "/api/v2/recent-messages/:login": ["/api/v2/recent-messages/harborlight"],
  "/list": ["/list?channel=harborlight", "/list?channel=harborlight&user=mossgarden"],
  "/namehistory/:userid": ["/namehistory/102"],
  "/capabilities": ["/capabilities"],
  "/highlights": ["/highlights", "/highlights?change=key&of=everyone"],
  "/tokens": ["/tokens"],
  "/opt-outs": ["/opt-outs"],
  "/audit": ["/audit", "/audit?before_id=5"],
  "/login": ["/login"],
  "/healthz": ["/healthz"],
  "/readyz": ["/readyz"],
  "/metrics": ["/metrics"],
  "/static/*": ["/static/app.js"],
  "/robots.txt": ["/robots.txt"],
};

Deno.test("no page makes more than three calls to the archive", async () => {
  using site = inventedSite();
  const message = String(site.recorder.stored[300]!.id);
  const newest = String(site.recorder.stored.filter(({ channelId }) => channelId === 1).at(-2)!.id);
  const routes = site.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path);
  assert.deepEqual(new Set(routes), new Set(Object.keys(ADDRESSES)), "every route is looked at");
  for (const address of Object.values(ADDRESSES).flat()) {
    site.calls.length = 0;
    const answer = await site.request(address.replace("{message}", message).replace("{newest}", newest));
    if (/\/(live|stream\?q)/.test(address)) {
      const reader = answer.body!.getReader();
      await reader.read();
      await reader.cancel();
    } else await answer.arrayBuffer();
    // On a busy machine a search may run out of its time, and is then continued.
    const isContinued = (method: string, i: number) =>
      (method === "timeline" || method === "log") && site.calls[i - 1] === method;
    const calls = site.calls.filter((method, i) => !isContinued(method, i));
    assert.ok(calls.length <= MAX_CALLS, `${address} asks for ${calls.join(", ")}`);
  }
});
