import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";
import { nextTurn } from "../../support/next_turn.ts";

const from = (hostname: string) => ({ remoteAddr: { hostname, port: 1, transport: "tcp" } });

/** A site whose archive answers searches when it is told to, and the words that it was asked for. */
function slowSite() {
  const site = inventedSite();
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const timeline = site.archive.timeline.bind(site.archive);
  site.archive.timeline = async (query) => {
    if (query.search) {
      assert.ok(query.search.is === "text");
      asked.push(query.search.pieces[0]!.text);
      await new Promise<void>((resolve) => answers.push(resolve));
    }
    return await timeline(query);
  };
  const search = (word: string, address: string, signal?: AbortSignal) =>
    Promise.resolve(
      site.app.request(`http://localhost/search/messages?q=${word}`, { signal }, from(address)),
    );
  /** Lets the archive answer, one search in a turn of the event loop, until all of them are answered. */
  const answerAll = async (all: Promise<Response>[]) => {
    let isOver = false;
    const settled = Promise.allSettled(all).then(() => isOver = true);
    while (!isOver) {
      answers.shift()?.();
      await nextTurn();
    }
    await settled;
  };
  return { site, asked, search, answerAll };
}

Deno.test("many searches of one client do not block those of others", async () => {
  const { site, asked, search, answerAll } = slowSite();
  using _ = site;
  const all = Array.from({ length: 20 }, (_, n) => search(`greedy${n}`, "10.0.0.1"));
  await nextTurn();
  all.push(search("other", "10.0.0.2"));
  await nextTurn();
  await answerAll(all);
  for (const answer of await Promise.all(all)) assert.equal(answer.status, 200);
  assert.ok(asked.indexOf("other") < 6, asked.join(" "));
});

Deno.test("a search whose client left while it waited never reaches the archive", async () => {
  const { site, asked, search, answerAll } = slowSite();
  using _ = site;
  const gone = new AbortController();
  const all = Array.from({ length: 3 }, (_, n) => search(`first${n}`, "10.0.0.1"));
  const left = search("abandoned", "10.0.0.1", gone.signal);
  await nextTurn();
  gone.abort();
  all.push(search("last", "10.0.0.1"), left);
  await nextTurn();
  await answerAll(all);
  await Promise.all(all);
  assert.ok(asked.includes("last"));
  assert.ok(!asked.includes("abandoned"), asked.join(" "));
  assert.deepEqual(site.faults, []);
});

Deno.test("searches beyond the limit of the queue get 503 with a sentence and Retry-After", async () => {
  const { site, search, answerAll } = slowSite();
  using _ = site;
  const all = Array.from({ length: 300 }, (_, n) => search(`word${n}`, "10.0.0.1"));
  const refused = await search("more", "10.0.0.1");
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("Retry-After"), "5");
  assert.match(await refused.text(), /250 searches from your address are waiting already/);
  assert.equal((await site.app.request("http://localhost/channels/1")).status, 200, "pages go on");
  await answerAll(all);
  await Promise.all(all);
});
