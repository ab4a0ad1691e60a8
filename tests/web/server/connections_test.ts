import assert from "node:assert/strict";
import { connectionBounds } from "../../../src/web/server/connection_bounds.ts";
import { StandingClock } from "../../support/clock.ts";
import { serve } from "../../support/http/served.ts";
import { until } from "../../support/until.ts";
import { connect, read, REQUEST } from "../../support/http/raw_client.ts";

Deno.test("at the limit, the longest idle connection is closed; if none is idle, the new one is refused", async () => {
  const clock = new StandingClock();
  const answers: PromiseWithResolvers<Response>[] = [];
  const bounds = { total: 3, perAddress: 3, streams: 3, streamsPerClient: 3 };
  const fetch = () => {
    answers.push(Promise.withResolvers());
    return answers.at(-1)!.promise;
  };
  await using server = serve(fetch, { clock, bounds });
  using oldest = await connect(server);
  using _busy = await connect(server, REQUEST);
  using _other = await connect(server, REQUEST);
  await until(() => answers.length === 2);
  clock.now += 2_000;
  using _fourth = await connect(server, REQUEST);
  assert.equal(await read(oldest), "");
  await until(() => answers.length === 3);
  using fifth = await connect(server, REQUEST);
  assert.match(await read(fifth), /^HTTP\/1\.1 503 .*Retry-After: 5/s);
  assert.deepEqual(server.status().counts.refused, { total: 1, address: 0 });
  assert.equal(server.status().counts.ended.made_room, 1);
  assert.match(server.warnings.at(-1)!.message, /connections are refused/);
  for (const { resolve } of answers) resolve(new Response("done"));
});

Deno.test("connections from one address have a lower limit than all", async () => {
  const never = () => new Promise<Response>(() => {});
  const bounds = { total: 10, perAddress: 2, streams: 3, streamsPerClient: 3 };
  await using server = serve(never, { bounds, isExempt: () => false });
  using clients = new DisposableStack();
  for (let n = 0; n < 5; n++) clients.use(await connect(server, REQUEST));
  await until(() => server.status().counts.refused.address === 3);
  assert.equal(server.status().connections, 2);
  const reported = server.warnings.filter(({ properties }) => /one address/.test(String(properties.reason)));
  assert.equal(reported.length, 1, "the log says it once a minute, not each time");
});

Deno.test("HTTP gets half of few descriptors, and all but the reserved ones of many", () => {
  assert.equal(connectionBounds(1_024, 230).total, 115);
  assert.equal(connectionBounds(1_024, 1_000).total, 744);
  assert.equal(connectionBounds(1_024, 1_280).total, 1_024);
  const { total, streams } = connectionBounds(1_024, 1_280);
  assert.ok(streams < total, "pages always find a connection");
});
