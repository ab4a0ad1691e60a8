/**
 * How fast messages come in: from the socket to the commit, as real lines over TLS into the whole program; and beside
 * it, in the same run, the same rows put through the bare engine, which is the most that could be had.
 */
import { DatabaseSync } from "node:sqlite";
import { openForWriting } from "../../src/archive/sqlite/connection.ts";
import { termsOfEvent } from "../../src/archive/sqlite/search_index.ts";
import { MONTH_IDS, textOf } from "../../src/archive/sqlite/texts.ts";
import { type StandIn, startTwitch } from "../../src/demo/twitch.ts";
import { dataFile } from "../support/data.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { atLeast, exactly, figure, type Row } from "./figures.ts";
import { readMetrics, untilStored } from "./metrics.ts";
import { privmsgs } from "./real_chat.ts";

const CHANNELS = Array.from({ length: 10 }, (_, n) => `channel_${n}`);
/** Lines between two looks at whether the readers keep up. */
const STRETCH = 500;
/** Rows that the bare engine gets in one transaction. */
const BARE_BATCH = 2_000;
/** The engine's rate hardly depends on how long it is watched. */
const BARE_ROWS = 1_000_000;

export async function benchIngest(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = (await privmsgs(path, short ? 20_000 : Infinity)).map(cutUp);
  const messages = Number(Deno.env.get("BENCH_MESSAGES") ?? (short ? 50_000 : 5_000_000));

  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const rates = await ingest(dbPath, lines, messages);
  const bare = bareRate(dbPath, `${folder.path}/bare.db`, Math.min(messages, BARE_ROWS));
  const rate = rates.overall;
  return [
    exactly("stored", rates.stored, messages),
    exactly("dropped", rates.dropped, 0),
    atLeast(`socket to commit, ${messages.toLocaleString("en")} messages`, rate, 50_000, "/s"),
    figure("the bare engine", bare, "/s"),
    atLeast("share of what the bare engine does", rate / bare, 0.7, ""),
    ...rates.flat === undefined
      ? []
      : [atLeast("rate from 15 to 20 million over that from 1 to 5", rates.flat, 0.85, "")],
  ];
}

/** A line around its id and its time. */
interface CutLine {
  before: string;
  between: string;
  after: string;
}

/** Twitch's tags come by name, so the id stands before the time. */
function cutUp(line: string, i: number): CutLine {
  const channel = i % CHANNELS.length;
  const said = line
    .replace(/;room-id=[^;]*/, `;room-id=${1_000 + channel}`)
    .replace(/ PRIVMSG #\S+/, ` PRIVMSG #${CHANNELS[channel]}`);
  const match = /^(.*?;id=)[^;]*(;.*?;tmi-sent-ts=)\d+(;.*)$/s.exec(said);
  if (!match) throw new Error(`no id before the time in: ${line}`);
  return { before: match[1]!, between: match[2]!, after: match[3]! };
}

interface Rates {
  stored: number;
  dropped: number;
  /** Messages a second, from the first to the last one committed. */
  overall: number;
  flat?: number;
}

async function ingest(dbPath: string, lines: readonly CutLine[], messages: number): Promise<Rates> {
  await using twitch = await startTwitch({
    joinLimit: undefined,
    roomId: (login) => 1_000 + CHANNELS.indexOf(login),
  });
  await using program = await runProgram({
    dbPath,
    twitch,
    // Not more connections than one: then nothing is greeted twice, and every stored event is one of ours.
    env: { TWITCH_CHANNELS: CHANNELS.join(","), TWITCH_BUSY_PER_MINUTE: "1000000" },
  });
  await Promise.all(CHANNELS.map((login) => twitch.waitForJoin(login)));
  await untilStored(program.url, CHANNELS.length);
  const marks = new Map<number, number>();
  const watching = new AbortController();
  const watched = watch(program.url, marks, watching.signal);
  const startedAt = performance.now();
  await say(twitch, lines, messages);
  await untilStored(program.url, messages + CHANNELS.length, 600_000);
  const seconds = (performance.now() - startedAt) / 1_000;
  watching.abort();
  await watched;
  const counts = await readMetrics(program.url);
  return {
    stored: counts.scrollback_stored_total! - CHANNELS.length,
    dropped: counts.scrollback_dropped_total!,
    overall: messages / seconds,
    flat: messages < 20_000_000 ? undefined : between(marks, 15e6, 20e6) / between(marks, 1e6, 5e6),
  };
}

async function say(twitch: StandIn, lines: readonly CutLine[], messages: number): Promise<void> {
  // Ids that count up: made in no time, and no less work for who reads them.
  const run = crypto.randomUUID().slice(0, 24);
  for (let sent = 0; sent < messages;) {
    const now = Date.now();
    let stretch = "";
    for (const end = Math.min(sent + STRETCH, messages); sent < end; sent++) {
      const { before, between, after } = lines[sent % lines.length]!;
      const id = run + sent.toString(16).padStart(12, "0");
      // Said again, each text has something of its own: or all of them would be known, and kept once.
      const round = Math.floor(sent / lines.length);
      stretch += before + id + between + now + after + (round === 0 ? "\r\n" : ` ${round}\r\n`);
    }
    // There is one connection, which has every channel.
    twitch.sendRaw(stretch);
    await twitch.ready();
  }
}

/** Notes when how many were stored. */
async function watch(url: string, marks: Map<number, number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { scrollback_stored_total: stored = 0 } = await readMetrics(url);
    marks.set(stored, performance.now());
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Messages a second between two counts. */
function between(marks: ReadonlyMap<number, number>, from: number, to: number): number {
  const inside = [...marks].filter(([stored]) => stored >= from && stored <= to);
  const [first, last] = [inside[0]!, inside.at(-1)!];
  return (last[0] - first[0]) / (last[1] - first[1]) * 1_000;
}

/** The rows of an archive, with what the index gets of them, into a new file of the same schema: only that is timed. */
function bareRate(from: string, to: string, rows: number): number {
  using source = new DatabaseSync(from, { readOnly: true });
  using db = openForWriting({ path: to, synchronous: "normal" });
  const select = source.prepare(`
    SELECT m.*, a.user_id, ${textOf("m")} AS said
    FROM messages AS m
    JOIN authors AS a ON a.id = m.author_id
    WHERE m.id > ?
    ORDER BY m.id
    LIMIT ${BARE_BATCH}`);
  const insert = db.prepare(`
    INSERT INTO messages (id, channel_id, author_id, sent, shape_id, uuid, text, tag_values)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const index = db.prepare("INSERT INTO messages_index (rowid, terms) VALUES (?, ?)");
  const insertText = db.prepare("INSERT INTO texts (channel_id, month, n, text) VALUES (?, ?, ?, ?)");
  const known = new Set<string>();
  let ms = 0;
  let done = 0;
  for (let last = 0; done < rows;) {
    // deno-lint-ignore no-explicit-any -- rows go back as they came
    const batch = select.all(last) as any[];
    if (batch.length === 0) break;
    const texts = batch.flatMap(({ id, channel_id, text, said }) => {
      const place = [channel_id, Math.floor(id / MONTH_IDS), text];
      const isNew = typeof text === "number" && known.size < known.add(place.join(" ")).size;
      return isNew ? [[...place, said]] : [];
    });
    const ready = batch.map((row) => ({
      // A number would be kept as a real one.
      row: { ...row, text: typeof row.text === "number" ? BigInt(row.text) : row.text },
      terms: termsOfEvent({ kind: "message", text: row.said, tags: "" }, {
        channelId: row.channel_id,
        userId: row.user_id,
      }),
    }));
    last = batch.at(-1).id;
    done += batch.length;
    const startedAt = performance.now();
    db.exec("BEGIN IMMEDIATE");
    for (const row of texts) insertText.run(...row);
    for (const { row: m, terms } of ready) {
      insert.run(m.id, m.channel_id, m.author_id, m.sent, m.shape_id, m.uuid, m.text, m.tag_values);
      index.run(m.id, terms);
    }
    db.exec("COMMIT");
    ms += performance.now() - startedAt;
  }
  return done / ms * 1_000;
}
