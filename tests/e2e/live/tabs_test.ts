/** Many tabs and windows at once, in a real browser, with the browser's own idea of what is visible. */
import assert from "node:assert/strict";
import { openBrowser } from "../../support/browser/browser.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { type RealTabs, realTabs } from "../../support/browser/real_tabs.ts";
import type { TestSite } from "../../support/site/site.ts";
import { until } from "../../support/until.ts";

const CHANNELS = 8;

interface Stage {
  site: TestSite;
  base: string;
  tabs: RealTabs;
  /** Streams that are open, and the most that were. */
  streams: { open: number; most: number };
  say(channelId: number, ...texts: string[]): void;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await site.recorder.addChannels(Array.from({ length: CHANNELS - 4 }, (_, n) => `tallship${n}`));
  const streams = { open: 0, most: 0 };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request, info) => {
      const answer = await site.app.fetch(request, info);
      if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return answer;
      streams.most = Math.max(streams.most, ++streams.open);
      request.signal.addEventListener("abort", () => streams.open--);
      return answer;
    },
  );
  const browser = await openBrowser();
  try {
    const loginOf = (id: number) =>
      site.recorder.writer.channels().find((channel) => channel.id === id)!.login;
    const say = (channelId: number, ...texts: string[]) =>
      void site.recorder.receive(
        channelId,
        texts.map((text) => ({ ...inventedEvent(0, loginOf(channelId)), text })),
      );
    const tabs = await realTabs(browser);
    await act({ site, base: `http://127.0.0.1:${server.addr.port}`, tabs, streams, say });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}

const state = (...words: string[]) =>
  `${JSON.stringify(words)}.includes(document.getElementById("live-state")?.dataset.state)`;
const shows = (text: string) =>
  `document.getElementById("rows")?.textContent.includes(${JSON.stringify(text)})`;
/** The texts of the rows that the test said, in their order. */
const SAID = `[...document.querySelectorAll("#rows .text")].map((text) => text.textContent)
  .filter((text) => text.startsWith("said "))`;

Deno.test("a page that is loaded hidden opens no stream, and opens one when it is first seen", () =>
  onStage(async ({ base, tabs, streams, site, say }) => {
    const hidden = [];
    for (let id = 1; id <= 7; id++) hidden.push(await tabs.open(`${base}/channels/${id}`, { hidden: true }));
    for (const tab of hidden) await tab.until(state("paused"));
    assert.deepEqual([streams.most, site.hub.size()], [0, 0]);
    const answer = await hidden[6]!.evaluate<number>(`fetch("/users").then(({ status }) => status)`);
    assert.equal(answer, 200, "the site answers this browser");

    say(1, "said while hidden");
    await hidden[0]!.show();
    await hidden[0]!.until(state("live"));
    await hidden[0]!.until(shows("said while hidden"));
    assert.equal(streams.open, 1);
  }));

Deno.test("a page that becomes hidden closes its stream, and resumes without losing or repeating a row", () =>
  onStage(async ({ base, tabs, streams, say }) => {
    const tab = await tabs.open(`${base}/channels/1`);
    await tab.until(state("live"));
    const expected: string[] = [];
    const sayNext = (count: number) => {
      const texts = Array.from({ length: count }, (_, n) => `said ${expected.length + n}`);
      expected.push(...texts);
      say(1, ...texts);
    };
    for (let round = 0; round < 4; round++) {
      sayNext(5);
      await tab.until(shows(expected.at(-1)!));
      // What is on its way while the tab goes counts, too.
      sayNext(5);
      await tab.hide();
      await until(() => streams.open === 0);
      sayNext(20);
      await tab.show();
      await tab.until(state("live"));
      await tab.until(shows(expected.at(-1)!));
    }
    assert.deepEqual(await tab.evaluate(SAID), expected);
  }));

Deno.test("twelve windows work, on one channel and on many, and share at most three streams", () =>
  onStage(async ({ base, tabs, streams, say }) => {
    const windows: { id: number; tab: Awaited<ReturnType<RealTabs["open"]>> }[] = [];
    for (const id of [1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8]) {
      windows.push({ id, tab: await tabs.open(`${base}/channels/${id}`) });
    }
    for (const { tab } of windows) await tab.until(state("live", "polling"));
    for (let id = 1; id <= CHANNELS; id++) say(id, `said in ${id}, first`);
    for (const { id, tab } of windows) await tab.until(shows(`said in ${id}, first`));
    assert.ok(streams.most <= 3, `${streams.most} streams at once`);
    const status = await windows[11]!.tab.evaluate(
      `fetch("/search/messages?q=key").then(({ status }) => status)`,
    );
    assert.equal(status, 200, "a search finds a free connection");

    // Windows that go give their streams to those that poll.
    for (const { id, tab } of windows) if (id <= 3) await tab.close();
    const left = windows.filter(({ id }) => id > 3);
    await until(() => streams.open === 3);
    for (const { id } of left) say(id, `said in ${id}, second`);
    for (const { id, tab } of left) {
      await tab.until(shows(`said in ${id}, second`));
      assert.deepEqual(await tab.evaluate(SAID), [`said in ${id}, first`, `said in ${id}, second`]);
    }
  }));

Deno.test("a second window of a channel shares the first one's stream, and has every row from where it began", () =>
  onStage(async ({ base, tabs, streams, say }) => {
    const first = await tabs.open(`${base}/channels/1`);
    await first.until(state("live"));
    let n = 0;
    // It is busy while the second one loads.
    const talk = setInterval(() => say(1, `said ${n++}`), 40);
    const second = await tabs.open(`${base}/channels/1`);
    await second.until(state("live"));
    await second.until(`${SAID}.length > 20`);
    clearInterval(talk);
    for (const tab of [first, second]) {
      // Not by the text of the whole list: there, `said 2` and the time of the next row may be read as `said 21`.
      await tab.until(`${SAID}.at(-1) === "said ${n - 1}"`);
      const said = await tab.evaluate<string[]>(SAID);
      const begin = Number(said[0]!.slice(5));
      assert.deepEqual(said, Array.from({ length: n - begin }, (_, i) => `said ${begin + i}`));
    }
    await until(() => streams.open === 1);
  }));

Deno.test("windows that are closed or crash take nothing from the others", () =>
  onStage(async ({ base, tabs, say, site }) => {
    const [closed, crashed, left] = [
      await tabs.open(`${base}/channels/1`),
      await tabs.open(`${base}/channels/1`),
      await tabs.open(`${base}/channels/1`),
    ];
    for (const tab of [closed, crashed, left]) await tab.until(state("live"));
    await closed.close();
    say(1, "said after the first was closed");
    await left.until(shows("said after the first was closed"));
    await crashed.crash();
    say(1, "said after the second crashed");
    await left.until(shows("said after the second crashed"));
    await left.until(state("live"));
    await until(() => site.hub.size() === 1);
  }));
