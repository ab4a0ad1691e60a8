/** Search over a million real messages, at the archive. */
import { openSqliteReader } from "../../src/archive/sqlite/reader.ts";
import { openSqliteArchive } from "../../src/archive/sqlite/writer.ts";
import type { TimelineQuery } from "../../src/archive/archive.ts";
import type { Received } from "../../src/chat/events.ts";
import { parseSearch } from "../../src/chat/query.ts";
import { fileLines } from "../../src/demo/line_file.ts";
import { readLine } from "../../src/irc/read.ts";
import { dataFile } from "../support/data.ts";
import { tempFolder } from "../support/temp.ts";
import { atMost, figure, median, percentile, type Row } from "./figures.ts";

const RAW = ["recon-arypie.irc.zst", "recon-northernlion.irc.zst", "recon-csharpfritz.irc.zst"];
const REPLAY = ["replay-tcd-small.tsv.zst", "replay-39daph.tsv.zst", "replay-parkeunsang-ko.tsv.zst"];

export async function benchSearch(short: boolean): Promise<Row[]> {
  const all = await load(short ? 50_000 : 1_000_000);
  if (all.length === 0) return [];
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const appendMs = append(path, all);
  const bytes = Deno.statSync(path).size;

  await using reader = openSqliteReader({ path });
  const channels = await reader.channels();
  const pick = picker(all);
  const rows = [
    figure("messages", all.length, ""),
    figure("appended, in batches of 200", all.length / appendMs * 1_000, "/s"),
    figure("bytes a message, all told", bytes / all.length, "B"),
  ];
  const search = (text: string): TimelineQuery => {
    const parsed = parseSearch(text);
    if ("problem" in parsed) throw new Error(`${text}: ${parsed.problem}`);
    return { search: parsed.query, limit: 50 };
  };
  const user = async () => (await reader.userByLogin(pick.login()))!.id;
  const channel = () => channels[Math.floor(Math.random() * channels.length)]!.id;
  const kinds: [string, () => TimelineQuery | Promise<TimelineQuery>][] = [
    ["a word", () => search(pick.word(4))],
    ["a common word", () => search(pick.common())],
    ["two words", () => search(`${pick.word(3)} ${pick.common()}`)],
    ["a phrase", () => search(`"${pick.phrase()}"`)],
    ["a phrase of very common words", () => search(`"${pick.common()} ${pick.common()}"`)],
    ["a prefix of 3 letters", () => search(`${pick.word(3).slice(0, 3)}*`)],
    ["a prefix of 4 letters", () => search(`${pick.word(4).slice(0, 4)}*`)],
    ["Korean or Japanese", () => search(pick.cjk())],
    ["a word in a channel", () => ({ ...search(pick.word(3)), channelId: channel() })],
    ["a word by a user", async () => ({ ...search(pick.common()), userId: await user() })],
    ["a user", async () => ({ userId: await user(), limit: 50 })],
    ["a channel", () => ({ channelId: channel(), limit: 50 })],
    ["a word in a month", () => {
      const from = pick.time();
      return { ...search(pick.word(3)), from, to: from + 30 * 86_400_000 };
    }],
    ["page 200 of a common word", () => ({ ...search(pick.common()), page: 200 })],
  ];
  for (const [what, make] of kinds) {
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const query = await make();
      const startedAt = performance.now();
      await reader.timeline(query);
      times.push(performance.now() - startedAt);
    }
    rows.push(
      atMost(`${what}: p95 (median ${median(times).toFixed(2)} ms)`, percentile(times, 0.95), 20, "ms"),
    );
  }
  return rows;
}

/** Messages of all files in the order of their time. */
async function load(most: number): Promise<Received[]> {
  const all: Received[] = [];
  for (const name of RAW) {
    const path = dataFile(name);
    if (path === undefined) continue;
    for await (const stretch of fileLines(path)) {
      for (const { line } of stretch) {
        const reading = readLine(line);
        if (reading.kind === "chat" && reading.event.sentAt) {
          all.push({ event: reading.event, receivedAt: reading.event.sentAt });
        }
      }
      if (all.length >= most) break;
    }
  }
  for (const name of REPLAY) {
    const path = dataFile(name);
    if (path === undefined) continue;
    for await (const stretch of fileLines(path)) {
      for (const { line, at } of stretch) {
        if (at === undefined) continue;
        const [channel, kind, login, display, , text = ""] = line.split("\t");
        if (kind !== "PRIVMSG" || !login || !channel) continue;
        const escaped =
          `@display-name=${display};tmi-sent-ts=${at} :${login}!${login}@${login}.tmi.twitch.tv`;
        const reading = readLine(`${escaped} PRIVMSG #${channel} :${text}`);
        if (reading.kind === "chat") all.push({ event: reading.event, receivedAt: at });
      }
    }
    if (all.length >= most) break;
  }
  all.length = Math.min(all.length, most);
  return all.sort((a, b) => a.receivedAt - b.receivedAt);
}

function append(path: string, all: readonly Received[]): number {
  using writer = openSqliteArchive({ path, synchronous: "normal" });
  for (const login of new Set(all.map(({ event }) => event.channel))) writer.createChannel(login, Date.now());
  const nobody = new Set<number>();
  const startedAt = performance.now();
  for (let i = 0; i < all.length; i += 200) writer.append(all.slice(i, i + 200), nobody);
  return performance.now() - startedAt;
}

/** Words and names as they occur, so that the frequent ones are asked for more often. */
function picker(all: readonly Received[]) {
  const some = () => all[Math.floor(Math.random() * all.length)]!;
  const until = <T>(find: () => T | undefined): T => {
    while (true) {
      const found = find();
      if (found !== undefined) return found;
    }
  };
  const words = () => some().event.text.split(/[^A-Za-z]+/).filter((word) => word !== "");
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    for (const word of words()) counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  }
  const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20).map(([word]) => word);
  return {
    word: (least: number) => until(() => words().find((word) => word.length >= least)),
    common: () => common[Math.floor(Math.random() * common.length)]!,
    phrase: () =>
      until(() => {
        const [a, b] = some().event.text.split(" ");
        return a && b && /^\w+$/.test(a + b) ? `${a} ${b}` : undefined;
      }),
    cjk: () =>
      until(() => /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}\p{sc=Hang}]{2,3}/u.exec(some().event.text)?.[0]),
    login: () => until(() => some().event.author?.login),
    time: () => some().receivedAt,
  };
}
