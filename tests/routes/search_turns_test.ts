import assert from "node:assert/strict";
import { inventedSite } from "../support/invented_site.ts";

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 2));
const from = (hostname: string) => ({ remoteAddr: { hostname, port: 1, transport: "tcp" } });

/** A site whose archive answers searches when it is told to, and the words that it was asked for. */
async function slowSite() {
  const site = await inventedSite();
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const timeline = site.archive.timeline.bind(site.archive);
  site.archive.timeline = async (query) => {
    if (query.search) {
      asked.push(query.search.words[0]!);
      await new Promise<void>((resolve) => answers.push(resolve));
    }
    return await timeline(query);
  };
  const search = (word: string, address: string, signal?: AbortSignal) =>
    Promise.resolve(
      site.app.request(`http://localhost/search/messages?q=${word}`, { signal }, from(address)),
    );
  const answerAll = async () => {
    for (let idle = 0; idle < 3;) {
      const answer = answers.shift();
      idle = answer ? 0 : idle + 1;
      answer?.();
      await nextTurn();
    }
  };
  return { site, asked, search, answerAll };
}

Deno.test("a client with many searches does not keep others from theirs", async () => {
  const { site, asked, search, answerAll } = await slowSite();
  using _ = site;
  const all = Array.from({ length: 20 }, (_, n) => search(`greedy${n}`, "10.0.0.1"));
  await nextTurn();
  all.push(search("other", "10.0.0.2"));
  await nextTurn();
  await answerAll();
  for (const answer of await Promise.all(all)) assert.equal(answer.status, 200);
  assert.ok(asked.indexOf("other") < 6, asked.join(" "));
});

Deno.test("a search whose client has gone while it waited is never asked of the archive", async () => {
  const { site, asked, search, answerAll } = await slowSite();
  using _ = site;
  const gone = new AbortController();
  const all = Array.from({ length: 3 }, (_, n) => search(`first${n}`, "10.0.0.1"));
  const left = search("abandoned", "10.0.0.1", gone.signal);
  await nextTurn();
  gone.abort();
  all.push(search("last", "10.0.0.1"));
  await nextTurn();
  await answerAll();
  await Promise.all([...all, left]);
  assert.ok(asked.includes("last"));
  assert.ok(!asked.includes("abandoned"), asked.join(" "));
  assert.deepEqual(site.faults, []);
});

Deno.test("more searches than may wait are refused with 503, a sentence and Retry-After", async () => {
  const { site, search, answerAll } = await slowSite();
  using _ = site;
  const all = Array.from({ length: 300 }, (_, n) => search(`word${n}`, "10.0.0.1"));
  const refused = await search("more", "10.0.0.1");
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("Retry-After"), "5");
  assert.match(await refused.text(), /250 searches from your address are waiting already/);
  assert.equal((await site.app.request("http://localhost/channels/1")).status, 200, "pages go on");
  await answerAll();
  await Promise.all(all);
});
