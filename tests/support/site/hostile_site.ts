/** A site whose texts are as long, wide or unusual as Twitch allows. */
import type { Channel } from "../../../src/archive/channel.ts";
import type { BatchCall, BatchResults } from "../../../src/archive/reader_batch.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import type { Author, ChatEvent } from "../../../src/chat/events.ts";
import { escapeTag, splitTags } from "../../../src/irc/syntax/tags.ts";
import { makeToken } from "../../../src/web/access/token.ts";
import { type TestSite, testSite } from "./site.ts";

/** Twitch's longest login. */
export const LONG_LOGIN = "w_wwwwwwwwwwwwwwwwwwwwwww";
const WORD = "W".repeat(500);
const ADDRESS = `https://example.org/${"a%20very-long_path/".repeat(24)}?q=${"x".repeat(40)}`;
/** At most 500 characters each, as in messages. */
export const HOSTILE_TEXTS: readonly string[] = [
  WORD,
  ADDRESS,
  `see ${ADDRESS}`,
  `e${"\u0301".repeat(499)}`,
  "Z\u0351\u036b\u0343\u036a\u0302".repeat(80),
  "\u{1242B}".repeat(120),
  "﷽".repeat(150),
  "\u00a0".repeat(250) + "end",
  "word\u2060".repeat(90),
  "مرحبا بالعالم ".repeat(30),
  "א".repeat(400),
  "\u202e" + "reversed ".repeat(50),
  "👩‍👩‍👧‍👦".repeat(40),
  "─".repeat(500),
  "1".repeat(500),
  `@${LONG_LOGIN} `.repeat(17),
  "草".repeat(500),
  "a\tb\tc\t".repeat(80),
];

const PEOPLE: readonly Author[] = [
  { userId: 4_294_967_296_123, login: LONG_LOGIN, displayName: LONG_LOGIN.toUpperCase(), flags: "" },
  {
    userId: 2,
    login: "x".repeat(25),
    displayName: "﷽".repeat(25),
    flags: "",
    badges: "subscriber/3999,bits/5000000",
  },
  { userId: 3, login: "rtl_person_with_long_name", displayName: "مستخدم".repeat(4), flags: "" },
  {
    userId: 4,
    login: "m".repeat(25),
    displayName: "W\u0301\u0302\u0303".repeat(12),
    flags: "",
    badges: `${"unknown-badge-".repeat(20)}/1,${"q".repeat(300)}/1,partner/1,subscriber/12`,
    badgeInfo: "subscriber/999999",
  },
];

/**
 * 30 channels with names of 25 characters and huge counts. The first has every kind of row with every text.
 */
export async function hostileSite(config: Parameters<typeof testSite>[0] = {}): Promise<TestSite> {
  const now = Date.now();
  const site = testSite(config);
  const logins = Array.from({ length: 30 }, (_, i) => `${String(i).padStart(2, "0")}${"w".repeat(23)}`);
  logins[0] = LONG_LOGIN;
  await site.recorder.addChannels(logins);
  for (const [i, event] of hostileEvents().entries()) {
    site.recorder.receive(1, [event], now - 3 * 86_400_000 + i * 1_000_000);
  }
  site.recorder.listened(1, [
    { from: now - 40 * 86_400_000, to: now - 9 * 86_400_000, reason: "connection lost" },
    { from: now - 8 * 86_400_000, to: now - 5000, reason: "connection lost" },
  ]);
  const filledFrom = now - 9 * 86_400_000;
  const filled = {
    event: { ...hostileEvents()[0]!, uuid: undefined, text: "filled" },
    receivedAt: filledFrom,
  };
  const fill = { channelId: 1, from: filledFrom, to: now - 8.5 * 86_400_000, filledAt: now };
  site.recorder.fill({ ...fill, source: `${"history-".repeat(12)}.example` }, [filled]);
  withHugeCounts(site);
  withAccessRows(site, now);
  withTrouble(site, now);
  return site;
}

function hostileEvents(): ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const [i, text] of HOSTILE_TEXTS.entries()) {
    const author = PEOPLE[i % PEOPLE.length]!;
    const base = { channel: LONG_LOGIN, roomId: 9, author, uuid: `${i}`, text, tags: [] };
    const name = escapeTag(author.displayName!);
    events.push(
      { ...base, kind: "message" },
      {
        ...base,
        kind: "message",
        tags: splitTags(
          `bits=99999999999;first-msg=1;reply-parent-display-name=${name};reply-parent-msg-body=${
            escapeTag(text)
          };reply-parent-msg-id=x;reply-parent-user-login=${author.login}`,
        ),
      },
      { ...base, kind: "action" },
      {
        ...base,
        kind: "notice",
        tags: [
          `login=${author.login}`,
          `display-name=${name}`,
          "msg-id=announcement",
          "msg-param-color=PRIMARY",
          `system-msg=${escapeTag(`${author.displayName} ${text}`)}`,
        ],
      },
      { ...base, kind: "timeout", text: "", tags: ["ban-duration=1209600"] },
      { ...base, kind: "deletion" },
      { ...base, kind: "server", author: undefined },
      { ...base, kind: "raw", author: undefined },
    );
  }
  for (const event of events) {
    if (event.kind === "timeout" || event.kind === "deletion") event.uuid = undefined;
  }
  return events;
}

/** Tokens, opt-outs and changes with names as long as they may be. */
function withAccessRows({ recorder: { writer } }: TestSite, now: number): void {
  const { token } = makeToken({ name: "W".repeat(60), scopes: ["read", "export", "manage"], days: 1 }, now);
  writer.change({ kind: "create token", token });
  const twitchId = Number.MAX_SAFE_INTEGER;
  for (const kind of ["channel", "user"] as const) {
    writer.change({
      kind: "opt out",
      optOut: { kind, twitchId, login: "w".repeat(25), at: now, stored: "deleted" },
    });
  }
  const address = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff";
  const entry = { at: now, by: "token", token: token.name, address, action: "set retention" } as const;
  writer.change({ kind: "audit", entry: { ...entry, object: WORD, result: WORD } });
}

/** Replaces counts, names and fills in the archive's answers with larger ones than a test can store. */
function withHugeCounts({ archive }: TestSite): void {
  const { channels, channel, user, timeline, gaps, coverage } = archive;
  const huge = (channel: Channel): Channel => ({
    ...channel,
    messages: 999_999_999_999,
    earlierLogins: [LONG_LOGIN, "v".repeat(25)],
    retention: { days: 36_500, messages: 1_000_000_000_000 },
  });
  const hugeFills = (gaps: Gap[]): Gap[] =>
    gaps.map((gap) => ({ ...gap, fills: gap.fills.map((fill) => ({ ...fill, messages: 123_456_789 })) }));
  archive.channels = async () => (await channels()).map(huge);
  archive.channel = async (id) => {
    const known = await channel(id);
    return known && huge(known);
  };
  archive.timeline = async (query) => {
    const answer = await timeline(query);
    return { ...answer, gaps: answer.gaps && hugeFills(answer.gaps) };
  };
  archive.gaps = async (...span) => hugeFills(await gaps(...span));
  archive.coverage = async (...span) => {
    const answer = await coverage(...span);
    return { ...answer, gaps: hugeFills(answer.gaps) };
  };
  archive.user = async (id) => {
    const known = await user(id);
    const there = (await channels()).map(({ id, login }) => ({
      channelId: id,
      login,
      messages: 999_999_999_999,
      lastAt: 0,
    }));
    return known && {
      ...known,
      messages: 999_999_999_999,
      channels: there,
      names: [...known.names, ...there.map(({ login }) => ({ login, firstAt: 0, lastAt: 1 }))],
    };
  };
  archive.batch = async <const C extends readonly BatchCall[]>(...calls: C) =>
    await Promise.all(
      // deno-lint-ignore ban-types -- method and arguments belong together by the type of BatchCall
      calls.map(([method, ...args]) => (archive[method] as Function)(...args)),
    ) as unknown as BatchResults<C>;
  archive.totals = () =>
    Promise.resolve({
      messages: 999_999_999_999,
      users: 999_999_999,
      channels: 30,
      bytes: 999_999_999_999_999,
    });
}

function withTrouble({ recorder }: TestSite, now: number): void {
  const status = recorder.status();
  const reason = `msg_channel_suspended: /var/lib/${"scrollback".repeat(30)}`;
  recorder.says = {
    loginName: LONG_LOGIN,
    channels: recorder.writer.channels().map(({ id, login }) => ({
      channelId: id,
      login,
      state: id % 3 === 0 ? "refused" : id % 3 === 1 ? "joining" : "joined",
      since: now - 90 * 86_400_000,
      reason: id % 2 === 1 ? reason : "Twitch did not answer within 10 s and 9 times before",
      nextTryAt: now + 60_000,
      perMinute: 999_999,
      second: { state: "refused", missedByFirst: 999_999_999, missedBySecond: 999_999_999 },
    })),
    counts: { ...status.counts, rejected: 999_999_999, dropped: 999_999_999 },
    rejectedSamples: [{ at: now, why: "it has no command", line: WORD }],
    writer: {
      ...status.writer,
      state: "failing",
      reason,
      overflowFailure: reason,
      queue: 99_999_999,
      overflowBytes: 1e15,
    },
  };
}
