/**
 * A large archive of real chat, made once and kept in `.tmp`: the same lines over and over, told apart. A year of
 * channels that all talk at once, or a month of one channel; half of the people stay, the others only pass by; every
 * twentieth text has a word that nobody else says, and every twentieth two words in another order.
 */
import { fileURLToPath } from "node:url";
import { startWriterThread, WriterThread } from "../../../src/archive/sqlite/threads/writer_thread.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { ChatEvent, Received } from "../../../src/chat/events.ts";
import { fileLines } from "../../../src/demo/line_file.ts";
import { readLine } from "../../../src/irc/read.ts";
import { dataFile } from "../../support/chat/recorded.ts";

const RAW = ["recon-arypie.irc.zst", "recon-northernlion.irc.zst", "recon-csharpfritz.irc.zst"];
const REPLAY = [
  "replay-tcd-small.tsv.zst",
  "replay-39daph.tsv.zst",
  "replay-yuhsinliu-chatty.tsv.zst",
  "replay-daltonv297-dev.tsv.zst",
  "replay-misc-small.tsv.zst",
  "replay-parkeunsang-ko.tsv.zst",
];
const FOLDER = fileURLToPath(new URL("../../../.tmp/", import.meta.url));
const FIRST_AT = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;
const BATCH = 10_000;
/** Each channel of the files talks under so many names. */
const COPIES = 6;

/** What an archive is of: how long it is, and where a message of a channel of the files is said. */
interface Kind {
  prefix: string;
  ms: number;
  /** @param copy 0 to {@link COPIES} - 1 */
  channelOf: (login: string, copy: number) => string;
}

const YEAR: Kind = {
  prefix: "big",
  ms: 365 * DAY_MS,
  channelOf: (login, copy) => copy === 0 ? login : `${login}_${copy}`,
};
/** January 2025 of one channel. */
const MONTH: Kind = { prefix: "month", ms: 31 * DAY_MS, channelOf: () => "forsen" };

export interface Big {
  path: string;
  /** The same as text, a message a line: `<ms> #<channel> <login>: <text>`. */
  textPath: string;
  messages: number;
}

/**
 * Opens an archive of a year with this number of messages, and builds it if it does not exist.
 * @returns undefined without the data folder
 */
export const bigArchive = (messages: number): Promise<Big | undefined> => archiveOf(YEAR, messages);

/** The same with one month of one channel. */
export const monthArchive = (messages: number): Promise<Big | undefined> => archiveOf(MONTH, messages);

async function archiveOf(kind: Kind, messages: number): Promise<Big | undefined> {
  const path = `${FOLDER}${kind.prefix}-${messages}`;
  const big = { path: `${path}.db`, textPath: `${path}.txt`, messages };
  try {
    Deno.statSync(big.path);
    // It may have been made with an earlier schema.
    SqliteWriter.open({ path: big.path, synchronous: "normal" })[Symbol.dispose]();
    return big;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const said = await spoken(messages);
  if (said.length === 0) return undefined;
  console.log(`making an archive of ${messages} messages …`);
  for (const suffix of [".making", ".making-wal", ".making-shm"]) await remove(big.path + suffix);
  await build(kind, `${big.path}.making`, big.textPath, said, messages);
  Deno.renameSync(`${big.path}.making`, big.path);
  return big;
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function build(
  kind: Kind,
  path: string,
  textPath: string,
  said: ChatEvent[],
  messages: number,
): Promise<void> {
  using thread = startWriterThread((error) => console.error(error));
  using writer = new WriterThread(thread.link).open({ path, synchronous: "normal" });
  const copies = Array.from({ length: COPIES }, (_, copy) => copy);
  const spokenIn = [...new Set(said.map((event) => event.channel))];
  const logins = spokenIn.flatMap((login) => copies.map((copy) => kind.channelOf(login, copy)));
  for (const login of new Set(logins)) writer.createChannel(login, FIRST_AT);
  using text = await Deno.open(textPath, { write: true, create: true, truncate: true });
  const out = text.writable.getWriter();
  const encoder = new TextEncoder();
  const nobody = new Set<number>();
  const startedAt = performance.now();
  for (let first = 0; first < messages; first += BATCH) {
    const batch: Received[] = [];
    let lines = "";
    for (let i = first; i < Math.min(first + BATCH, messages); i++) {
      const receivedAt = FIRST_AT + Math.floor(i / messages * kind.ms);
      const event = varied(kind, said[i % said.length]!, Math.floor(i / said.length), i, receivedAt);
      batch.push({ event, receivedAt });
      lines += `${receivedAt} #${event.channel} ${event.author!.login}: ${event.text}\n`;
    }
    // The thread commits a batch while the next one is made.
    writer.settle();
    writer.appendLater(batch, nobody, undefined, (outcome) => {
      if (!outcome.ok) throw "error" in outcome ? outcome.error : new Error("a batch was skipped");
    });
    await out.write(encoder.encode(lines));
    if (first % 1_000_000 === 0 && first > 0) {
      console.log(`  ${first}: ${Math.round(first / (performance.now() - startedAt) * 1_000)}/s`);
    }
  }
  writer.settle();
  out.releaseLock();
}

/** What was said, as if it had been said by others elsewhere: every round of the lines is another. */
function varied(kind: Kind, event: ChatEvent, round: number, i: number, receivedAt: number): ChatEvent {
  const author = event.author!;
  const channel = kind.channelOf(event.channel, hash(author.login, round) % COPIES);
  const userId = author.userId ?? 1e9 + hash(author.login, 0);
  const passesBy = hash(author.login, 0) % 2 === 0 && round > 0;
  const login = passesBy ? `${author.login}_${round}` : author.login;
  const chance = hash(event.text, i);
  let { text } = event;
  if (chance % 20 === 0) text += ` ${chance.toString(36)}`;
  if (chance % 20 === 1) text = text.split(" ").reverse().join(" ");
  return {
    ...event,
    channel,
    author: {
      ...author,
      login,
      displayName: passesBy ? login : author.displayName,
      userId: passesBy ? userId + round * 1e10 : userId,
    },
    // With every id that Twitch sends today, so that the writer takes its usual path.
    roomId: 1 + hash(channel, 0),
    sentAt: receivedAt - 80 - chance % 40,
    uuid: crypto.randomUUID(),
    text,
  };
}

function hash(text: string, seed: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ h >>> 15) >>> 0;
}

/** At most so many messages of all files, as if the channels had been heard at the same time. */
async function spoken(most: number): Promise<ChatEvent[]> {
  const files: ChatEvent[][] = [];
  for (const name of RAW) files.push(await events(name, (line) => line));
  for (const name of REPLAY) files.push(await events(name, lineOfRow));
  const placed = files.flatMap((file) => file.map((event, i) => ({ event, place: (i + 0.5) / file.length })));
  const mixed = placed.sort((a, b) => a.place - b.place).map(({ event }) => event);
  if (mixed.length <= most) return mixed;
  // Evenly, so that no file is left out.
  return Array.from({ length: most }, (_, i) => mixed[Math.floor(i / most * mixed.length)]!);
}

async function events(name: string, lineOf: (row: string) => string | undefined): Promise<ChatEvent[]> {
  const path = dataFile(name);
  const found: ChatEvent[] = [];
  if (path === undefined) return found;
  for await (const stretch of fileLines(path)) {
    for (const { line: row, at } of stretch) {
      const line = lineOf(at === undefined || row.startsWith("@") ? row : `${at}\t${row}`);
      const reading = line === undefined ? undefined : readLine(line);
      if (reading?.kind !== "chat" || reading.event.kind !== "message" || !reading.event.author) continue;
      found.push(reading.event);
    }
  }
  return found;
}

/** A row of a text log as the line that it was, with the tags that every line has. */
function lineOfRow(row: string): string | undefined {
  const [at, channel, kind, login, display, badges = "", text = ""] = row.split("\t");
  if (kind !== "PRIVMSG" || !login || !channel) return undefined;
  const tags = [
    "badge-info=",
    `badges=${badges === "" ? "" : `${badges.split(",")[0]}/1`}`,
    "color=",
    `display-name=${display}`,
    "emotes=",
    "first-msg=0",
    "flags=",
    "mod=0",
    "returning-chatter=0",
    "subscriber=0",
    `tmi-sent-ts=${at}`,
    "turbo=0",
    "user-type=",
  ];
  return `@${tags.join(";")} :${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${channel} :${text}`;
}
