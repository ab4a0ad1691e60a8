/** Pages of logs are written from rows without the events: they must be the same lines. */
import assert from "node:assert/strict";
import { escapeTag } from "../../../src/irc/syntax/tags.ts";
import { lineOf, logWriter } from "../../../src/chat_log/formats.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { LINES, receivedLines } from "../../support/api/log_site.ts";
import { NOON } from "../../support/archive/events.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { archiveFile } from "../../support/archive/test_archive.ts";
import { privmsg } from "../../support/chat/lines.ts";

/** Forms of an ordinary line that rows keep in different ways. */
const TEXTS = [
  "hello",
  "Kappa a Kappa",
  "emotes \x02 and \x03",
  "",
  "  blanks  ",
  "草 😂",
  "; = \\ : @",
  "x".repeat(400),
];
const TAG_SETS = [
  "color=;emotes=;first-msg=0;flags=;room-id=9001;user-id=11;mod=0;subscriber=0;turbo=0;user-type=",
  "color=#1E90FF;emotes=25:0-4;first-msg=0;flags=;room-id=9001;user-id=11",
  "emotes=emotesv2_dc24652ada1e4c84a5e3ceebae4de709:0-4,8-12;room-id=9001;user-id=11",
  `display-name=${
    escapeTag("A; \\ b")
  };room-id=9001;user-id=11;badges=a/1,b/2;badge-info=;reply-parent-msg-body=a\\sb\\:`,
  "room-id=1;user-id=11",
  "user-id=11",
  "room-id=9001",
  "room-id=x;user-id=y",
  "room-id=9001;user-id=12;~room=5;odd",
  "room-id=9001;user-id=11;id=not\\sa\\suuid",
  "room-id=9001;user-id=11;id=",
];

function oddLines(): string[] {
  return TAG_SETS.flatMap((tags, i) =>
    TEXTS.map((text, n) => {
      const id = tags.includes(";id=") ? "" : `;id=${i}0000000-0000-4000-8000-00000000000${n}`;
      return `@tmi-sent-ts=${NOON + n};${tags}${id} :ann!ann@ann.tmi.twitch.tv PRIVMSG #harborlight :${text}`;
    })
  );
}

/** The whole log of channel 1, page by page. */
async function wholeLog(reader: ArchiveReader, limit: number, newestFirst: boolean): Promise<string> {
  const decoder = new TextDecoder();
  let log = "";
  let beyond: number | undefined;
  do {
    const page = await reader.log({ channelId: 1, format: "raw", newestFirst, skip: 0, limit, beyond });
    assert.ok(page.messages <= limit);
    log += decoder.decode(page.bytes);
    beyond = page.next;
  } while (beyond !== undefined);
  return log;
}

for (const isIdentified of [true, false]) {
  const known = isIdentified ? "known" : "unknown";
  Deno.test(`a log has the lines of its events, in pages of any size and both orders, with a ${known} channel id`, async () => {
    using archive = archiveFile();
    archive.writer.createChannel("harborlight", NOON);
    if (isIdentified) archive.writer.identifyChannel("harborlight", 9001, NOON);
    archive.writer.append(receivedLines([...LINES, ...oddLines()], NOON), new Set());
    await using reader = openSqliteReader({ path: archive.path });
    const { twitchId } = (await reader.channelByLogin("harborlight"))!;
    const { events } = await reader.timeline({ channelId: 1, limit: 500 });
    assert.ok(events.length > 100);
    const write = logWriter("raw", twitchId);
    const lines = events.toReversed().map((event) => write(lineOf(event))).filter((line) =>
      line !== undefined
    );
    for (const limit of [1, 7, 2_000]) {
      assert.equal(await wholeLog(reader, limit, false), lines.join(""), `pages of ${limit}`);
      assert.equal(
        await wholeLog(reader, limit, true),
        lines.toReversed().join(""),
        `pages of ${limit}, newest first`,
      );
    }
  });
}

Deno.test("each message of a list of many pages is about equally likely to be the random one", async () => {
  using archive = archiveFile();
  archive.writer.createChannel("harborlight", NOON);
  const count = 60_000;
  for (let from = 0; from < count; from += 5_000) {
    // The first half within a second, the other one every minute: the pages of the first have twice as many.
    archive.writer.append(
      Array.from({ length: 5_000 }, (_, i) => {
        const n = from + i;
        const sentAt = n < count / 2 ? NOON + Math.floor(n / 40) : NOON + n * 60_000;
        const line = privmsg({ channel: "harborlight", roomId: 9001, text: String(n), sentAt });
        return receivedLines([line], sentAt)[0]!;
      }),
      new Set(),
    );
  }
  await using reader = openSqliteReader({ path: archive.path });
  const picks = 2_000;
  const quarters = [0, 0, 0, 0];
  for (let pick = 0; pick < picks; pick++) {
    const event = await reader.event((await reader.randomMessage(1))!);
    quarters[Math.floor(4 * Number(event!.text) / count)]!++;
  }
  // Six standard deviations.
  for (const hits of quarters) {
    assert.ok(Math.abs(hits - picks / 4) < 6 * Math.sqrt(picks * 3 / 16), quarters.join());
  }
  assert.equal(await reader.randomMessage(1, 4711), undefined);
});
