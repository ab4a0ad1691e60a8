import assert from "node:assert/strict";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { SseClient } from "../../support/http/sse_client.ts";
import { until } from "../../support/until.ts";
import { delay, Stage } from "../support/stage.ts";

const CUTS = 3;
const CUT_MS = 1_000;

for (const rate of [500, 5_000]) {
  Deno.test(`a stream that is cut for 1 s three times at ${rate} messages/s delivers every id once, in order`, async () => {
    await using stage = await Stage.open({ channels: 1, rate });
    const address = `${stage.program.url}/channels/1/live`;
    const page = await stage.page("/channels/1");
    const loaded = Math.max(0, ...idsIn(page));
    const got: number[] = [];
    const heard = (text: string) => {
      assert.doesNotMatch(text, /class="edge missed"/, "no messages are skipped");
      got.push(...idsIn(text));
    };
    stage.startSending();
    using client = new Client(address, loaded, heard);
    await client.open();
    for (let cut = 0; cut < CUTS; cut++) {
      const before = got.length;
      await until(() => got.length > before + 200);
      client.cut();
      await delay(CUT_MS);
      await client.open();
    }
    const before = got.length;
    await until(() => got.length > before + 200);
    await stage.storedIds();
    const stored = await storedAfter(stage.dbPath, loaded);
    await until(() => got.at(-1) === stored.at(-1));
    console.log(`  ${got.length} ids, ${stored.length} stored`);
    assert.ok(got.length > CUTS * rate);
    assert.deepEqual(got, stored);
  });
}

/** Like a browser's: it reconnects when the server ends the stream, which happens to slow readers. */
class Client implements Disposable {
  #stream: SseClient | undefined;

  constructor(readonly address: string, public lastId: number, readonly heard: (text: string) => void) {}

  async open(): Promise<void> {
    const stream = await SseClient.open(this.address, {
      after: this.lastId,
      heard: (text) => {
        this.heard(text);
        this.lastId = Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? this.lastId);
      },
    });
    this.#stream = stream;
    stream.ended.then(async () => {
      if (this.#stream === stream) await this.open();
    });
  }

  cut(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.cut();
  }
}

function idsIn(html: string): number[] {
  return [...html.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
}

async function storedAfter(path: string, after: number): Promise<number[]> {
  await using reader = openSqliteReader({ path });
  const ids: number[] = [];
  for (let more = true, place = after; more;) {
    const page = await reader.timeline({ channelId: 1, place: { at: "after", id: place }, limit: 200 });
    ids.push(...page.events.map(({ id }) => id).reverse());
    place = ids.at(-1) ?? after;
    more = page.more;
  }
  return ids;
}
