/** Logs without the messages of users who have opted out, and without what answers repeat of them. */
import assert from "node:assert/strict";
import { type OptOut, OptOutList } from "../../../src/archive/access/opt_out.ts";
import type { LogQuery } from "../../../src/archive/log.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { lineOf, logWriter } from "../../../src/chat_log/formats.ts";
import { hidingOptedOut } from "../../../src/visibility/hidden_opt_outs.ts";
import { ANN, BEN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { archiveFile } from "../../support/archive/test_archive.ts";

const UUID = "10000000-0000-4000-8000-000000000000";
const answerTo = ({ userId, login }: { userId?: number; login: string }) => [
  `reply-parent-user-id=${userId}`,
  `reply-parent-user-login=${login}`,
  `reply-parent-display-name=${login}`,
  "reply-parent-msg-body=word\\sof\\sold",
  `reply-parent-msg-id=${UUID}`,
];

/** Of every kind a few by each of three users, in turn. */
function lakeFile() {
  const file = archiveFile();
  file.writer.createChannel("lake", NOON);
  file.writer.identifyChannel("lake", 9001, NOON);
  const idless = person(undefined, "old");
  const events = Array.from({ length: 60 }, (_, n) => [
    message(ANN, `ann ${n}`, { uuid: UUID.replace("1", String(n % 10)), sentAt: NOON + n * 7_000 }),
    message(BEN, `ben ${n}`, { sentAt: NOON + n * 7_000 + 1 }),
    message(idless, `old ${n}`),
    message(BEN, `answer ${n}`, { tags: answerTo(n % 2 === 0 ? ANN : { login: "old" }), sentAt: NOON + n }),
    timeout("ann", 11, 60),
    deletion("ben", UUID),
    { ...message(BEN, `@a=b :ben!ben@x HOSTTARGET #lake :${n}`), kind: "raw" as const, tags: [] },
  ]).flat();
  file.writer.append(timed(events), new Set());
  return file;
}

const user = (more: Partial<OptOut>): OptOut => ({ kind: "user", at: NOON, stored: "hidden", ...more });
const CASES: Record<string, OptOut[]> = {
  "one by id": [user({ twitchId: 11, login: "ann" })],
  "one by login": [user({ login: "ann" })],
  "one without an id in the archive": [user({ login: "old" })],
  "all": [user({ login: "ben" }), user({ twitchId: 11 }), user({ login: "old" })],
  "a thousand others and one": [
    ...Array.from({ length: 1_000 }, (_, n) => user({ twitchId: 10_000 + n, login: `user${n}` })),
    user({ twitchId: 12, login: "ben" }),
  ],
};

type Part = Pick<LogQuery, "limit" | "skip" | "newestFirst"> & Partial<LogQuery>;

/** The rest of a log after the skipped messages, page by page. */
async function logOf(reader: ArchiveReader, query: Part): Promise<string> {
  let { skip, beyond } = query;
  let text = "";
  do {
    const page = await reader.log({ channelId: 1, format: "raw", ...query, skip, beyond });
    text += new TextDecoder().decode(page.bytes);
    skip -= page.skipped;
    beyond = page.next;
  } while (beyond !== undefined);
  return text;
}

for (const [name, all] of Object.entries(CASES)) {
  Deno.test(`a log without users (${name}) has the lines of all others, from any offset, in both orders`, async () => {
    using file = lakeFile();
    await using whole = openSqliteReader({ path: file.path });
    const list = new OptOutList(all);
    const reader = hidingOptedOut(whole, () => list);
    const { events } = await whole.timeline({ channelId: 1, limit: 1_000 });
    assert.equal(events.length, 420);
    const write = logWriter("raw", 9001);
    const isOut = (login?: string, twitchId?: number) => list.has("user", { login, twitchId });
    const lines = events.filter(({ author, userId }) => !isOut(author?.login, userId)).map((event) => {
      const [answered] = event.tags.filter((tag) => tag.startsWith("reply-parent-user-login="));
      const id = Number(/reply-parent-user-id=(\d+)/.exec(event.tags.join())?.[1] ?? 0);
      const isQuote = answered !== undefined && isOut(answered.slice(24), id || undefined);
      const tags = event.tags.filter((tag) =>
        !/^reply-parent-(?:msg-body|display-name|user-login)=/.test(tag)
      );
      return write(lineOf(isQuote ? { ...event, tags } : event));
    }).filter((line) => line !== undefined);
    assert.ok(name === "all" ? lines.length === 0 : lines.length > 60 && lines.length < 360);
    for (const newestFirst of [true, false]) {
      const expected = newestFirst ? lines : lines.toReversed();
      for (
        const [skip, limit] of [[0, 1], [0, 2_000], [1, 7], [50, 33], [119, 500], [1_000, 2_000]] as const
      ) {
        const log = await logOf(reader, { newestFirst, skip, limit });
        assert.equal(log, expected.slice(skip).join(""), `${skip} skipped, pages of ${limit}`);
      }
    }
    const hidden = await logOf(reader, { newestFirst: true, skip: 0, limit: 100, hidesRemoved: true });
    assert.equal(hidden.split("\r\n").length - 1, lines.length);
    for (let tries = 0; tries < 50; tries++) {
      const id = await reader.randomMessage(1);
      assert.equal(id === undefined, lines.length === 0);
      if (id !== undefined) assert.ok(await reader.event(id), "a random message is one of the others");
    }
  });
}

Deno.test("a log without a thousand users takes about as long as a whole one", async () => {
  using file = archiveFile();
  file.writer.createChannel("lake", NOON);
  const people = Array.from({ length: 3_000 }, (_, n) => person(10_000 + n, `user${n}`));
  const events = Array.from(
    { length: 30_000 },
    (_, n) => message(people[n % 3_000]!, `${n}`, { uuid: crypto.randomUUID(), sentAt: NOON + n }),
  );
  for (let n = 0; n < events.length; n += 5_000) {
    file.writer.append(timed(events.slice(n, n + 5_000), n), new Set());
  }
  await using whole = openSqliteReader({ path: file.path });
  const list = new OptOutList(
    people.slice(0, 1_000).map(({ userId, login }) => user({ twitchId: userId, login })),
  );
  const hiding = hidingOptedOut(whole, () => list);
  const times = { whole: [] as number[], hiding: [] as number[] };
  for (let round = 0; round < 7; round++) {
    for (const [name, reader] of [["whole", whole], ["hiding", hiding]] as const) {
      const startedAt = performance.now();
      const log = await logOf(reader, { newestFirst: false, skip: 0, limit: 2_000 });
      times[name].push(performance.now() - startedAt);
      assert.equal(log.split("\r\n").length - 1, name === "whole" ? 30_000 : 20_000);
    }
  }
  // By the events of the rows it takes some five times as long.
  const ratio = Math.min(...times.hiding) / Math.min(...times.whole);
  assert.ok(ratio < 2, `${ratio.toFixed(2)} times as long`);
});
