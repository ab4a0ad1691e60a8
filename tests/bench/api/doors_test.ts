/** The benchmark `doors` in small: what must hold at any size, with wide bounds for times and memory. */
import assert from "node:assert/strict";
import { DAY_MS } from "../../../src/clock.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { fetchPage } from "../../support/http/fetch_page.ts";
import { Stage, TEN_CHANNELS } from "../support/stage.ts";
import { Thread } from "../support/thread.ts";
import type { Request, Served } from "./clients.ts";
import { reportWhen, Said, SEARCHES, Speech } from "./said.ts";

const CLIENTS = 30;
const MAX_GROWN_MB = 150;

Deno.test("30 followers miss nothing and 30 slow downloads go on while messages are recorded", async () => {
  const lines = Array.from(
    { length: 500 },
    (_, n) => privmsg({ channel: "any", roomId: 1, login: `user_${n % 50}`, userId: 100 + n % 50 }),
  );
  await using stage = await Stage.open({ lines, env: { TRUSTED_PROXIES: "127.0.0.1" } });
  stage.say(10_000);
  await stage.allStored();
  const resident = async () => (await stage.metrics()).process_resident_memory_bytes! / 1e6;
  const before = await resident();

  using crowd = new Thread<Request, Served>(new URL("./clients.ts", import.meta.url));
  const said = new Said();
  using saying = new Speech(stage, 500, said.place);
  await crowd.ask({ kind: "follow", url: stage.url, followers: CLIENTS, searches: SEARCHES });
  said.isMarked = true;
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const paths = TEN_CHANNELS.map((login) => `/channel/${login}?from=${from}&json`);
  crowd.tell({ kind: "download", url: stage.url, downloads: CLIENTS, fast: 10, paths });
  const begun = await reportWhen(crowd, ({ open, complete }) => open >= CLIENTS && complete > 0);
  assert.deepEqual(begun.refusals, {});
  for (const page of ["/", "/channels/1", "/search/messages?q=message"]) {
    const answer = await fetchPage(stage.url + page);
    assert.equal(answer.status, 200, page);
    await answer.body!.cancel();
  }
  const grown = await resident() - before;
  crowd.tell({ kind: "stop" });
  await saying.end();
  await stage.allStored();
  const { heard, cut, ended, delaysMs } = await reportWhen(crowd, ({ heard }) => said.missedBy(heard) === 0);
  assert.ok(delaysMs.length > 0);
  assert.deepEqual({ missed: said.missedBy(heard), cut, ended }, { missed: 0, cut: 0, ended: 0 });
  assert.equal((await stage.metrics()).scrollback_dropped_total, 0);
  assert.ok(grown < MAX_GROWN_MB, `${grown} MB`);
});
