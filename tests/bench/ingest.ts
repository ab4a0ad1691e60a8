/**
 * How fast messages come in: from the socket to the commit, as real lines over TLS into the whole program; and beside
 * it the same rows put through the bare engine, which is the most that could be had. The two take turns, a stretch each,
 * so that both meet the same machine, and files of the same size.
 */
import { DatabaseSync } from "node:sqlite";
import { openForWriting } from "../../src/archive/sqlite/file/connection.ts";
import { termsOfEvent } from "../../src/archive/sqlite/search/terms.ts";
import { MONTH_IDS, textOf } from "../../src/archive/sqlite/codec/repeated_texts.ts";
import { type StandIn, startTwitch } from "../../src/demo/twitch.ts";
import { dataFile } from "../support/data.ts";
import { type Running, runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { atLeast, exactly, figure, median, type Row } from "./figures.ts";
import { readMetrics, untilStored } from "./metrics.ts";
import { privmsgs } from "./real_chat.ts";

const CHANNELS = Array.from({ length: 10 }, (_, n) => `channel_${n}`);
/** Messages that are timed in one piece. */
const STRETCH = 250_000;
/** Lines between two looks at whether the readers keep up. */
const LINES_AT_ONCE = 500;
/** Rows that the bare engine gets in one transaction. */
const BARE_BATCH = 2_000;

/**
 * How the bare engine is called: by `run()`, which is meant for it, or by `get()`, as the program does since it was found
 * to take 0.4 µs less.
 */
type Call = "run" | "get";

/** What a stretch took, in seconds. */
interface Took extends Record<Call, number> {
  messages: number;
  ours: number;
}

export async function benchIngest(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = (await privmsgs(path, short ? 20_000 : Infinity)).map(mouldOf);
  const messages = Number(Deno.env.get("BENCH_MESSAGES") ?? (short ? 50_000 : 5_000_000));

  await using stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const dbPath = `${folder.path}/a.db`;
  const twitch = stack.use(
    await startTwitch({ joinLimit: undefined, roomId: (login) => 1_000 + CHANNELS.indexOf(login) }),
  );
  const program = stack.use(
    await runProgram({
      dbPath,
      twitch,
      // Not more connections than one: then nothing is greeted twice, and every stored event is one of ours.
      env: { TWITCH_CHANNELS: CHANNELS.join(","), TWITCH_BUSY_PER_MINUTE: "1000000" },
    }),
  );
  await Promise.all(CHANNELS.map((login) => twitch.waitForJoin(login)));
  await untilStored(program.url, CHANNELS.length);

  const talk = new Talk(twitch, lines);
  using run = new BareEngine(dbPath, `${folder.path}/run.db`, "run");
  using get = new BareEngine(dbPath, `${folder.path}/get.db`, "get");
  const stretches: Took[] = [];
  for (let said = 0; said < messages;) {
    const more = Math.min(STRETCH, messages - said);
    const ours = await secondsToStore(program, said += more, () => talk.say(more));
    const took: Took = { messages: more, ours, run: 0, get: 0 };
    // Who comes first finds the caches full of other things.
    for (const bare of stretches.length % 2 === 0 ? [run, get] : [get, run]) {
      took[bare.call] = await bare.secondsToStore();
    }
    stretches.push(took);
  }
  const counts = await readMetrics(program.url);
  const shares = (call: Call) => stretches.map((took) => took[call] / took.ours);
  const flat = messages < 20_000_000
    ? undefined
    : rate(within(stretches, 15e6, 20e6), "ours") / rate(within(stretches, 1e6, 5e6), "ours");
  return [
    exactly("stored", counts.scrollback_stored_total! - CHANNELS.length, messages),
    exactly("dropped", counts.scrollback_dropped_total!, 0),
    atLeast(
      `socket to commit, ${messages.toLocaleString("en")} messages`,
      rate(stretches, "ours"),
      50_000,
      "/s",
    ),
    figure("the bare engine", rate(stretches, "run"), "/s"),
    figure("share of what the bare engine does: least", Math.min(...shares("run")), ""),
    atLeast(`  median of ${stretches.length}`, median(shares("run")), 0.7, ""),
    figure("  most", Math.max(...shares("run")), ""),
    figure("the bare engine, called as we call it", rate(stretches, "get"), "/s"),
    figure("share of that: median", median(shares("get")), ""),
    ...flat === undefined
      ? []
      : [atLeast("rate from 15 to 20 million over that from 1 to 5", flat, 0.85, "")],
  ];
}

/** Messages a second. */
function rate(stretches: readonly Took[], of: "ours" | Call): number {
  const sum = (pick: (took: Took) => number) => stretches.reduce((all, took) => all + pick(took), 0);
  return sum(({ messages }) => messages) / sum((took) => took[of]);
}

/** The stretches between two counts of messages. */
function within(stretches: readonly Took[], from: number, to: number): Took[] {
  return stretches.slice(from / STRETCH, to / STRETCH);
}

/** From the first of what `say` says to the last commit, when `count` messages are stored. */
async function secondsToStore(program: Running, count: number, say: () => Promise<void>): Promise<number> {
  const startedAt = Date.now();
  await say();
  await untilStored(program.url, count + CHANNELS.length, 600_000);
  const { scrollback_last_commit_timestamp_seconds: last } = await readMetrics(program.url);
  return last! - startedAt / 1_000;
}

/** A line in bytes, with room for its id and its time. */
interface Mould {
  bytes: Uint8Array;
  /** Where the last digits of the id go, and the time. */
  idAt: number;
  timeAt: number;
}

/** Ids count up in these digits: made in no time, and no less work for who reads them. */
const ID_DIGITS = 12;
const RUN = crypto.randomUUID().slice(0, -ID_DIGITS);

/** Twitch's tags come by name, so the id stands before the time. */
function mouldOf(line: string, i: number): Mould {
  const channel = i % CHANNELS.length;
  const said = line
    .replace(/;room-id=[^;]*/, `;room-id=${1_000 + channel}`)
    .replace(/ PRIVMSG #\S+/, ` PRIVMSG #${CHANNELS[channel]}`);
  const match = /^(.*?;id=)[^;]*(;.*?;tmi-sent-ts=)(\d{13})(;.*)$/s.exec(said);
  if (!match) throw new Error(`no id before the time in: ${line}`);
  const [, before, between, time, after] = match;
  const idAt = encode(before + RUN).length;
  return {
    bytes: encode(before + RUN + "0".repeat(ID_DIGITS) + between + time + after),
    idAt,
    timeAt: idAt + ID_DIGITS + encode(between!).length,
  };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEX = encode("0123456789abcdef");

/** Says the lines over and over, each time under another id, at the present moment. */
class Talk {
  readonly #wire: Uint8Array;
  #said = 0;

  constructor(private readonly twitch: StandIn, private readonly lines: readonly Mould[]) {
    const longest = lines.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.#wire = new Uint8Array(LINES_AT_ONCE * (longest + 10));
  }

  async say(messages: number): Promise<void> {
    for (const end = this.#said + messages; this.#said < end;) {
      // There is one connection, which has every channel.
      this.twitch.sendRaw(this.#write(Math.min(LINES_AT_ONCE, end - this.#said)));
      await this.twitch.ready();
    }
  }

  #write(count: number): Uint8Array {
    const wire = this.#wire;
    const now = encode(String(Date.now()));
    const first = Math.floor(this.#said / this.lines.length);
    // Said again, each text has something of its own: or all of them would be known, and kept once.
    const tails = [first, first + 1].map((round) => encode(round === 0 ? "\r\n" : ` ${round}\r\n`));
    let length = 0;
    for (const end = this.#said + count; this.#said < end; this.#said++) {
      const round = Math.floor(this.#said / this.lines.length);
      const { bytes, idAt, timeAt } = this.lines[this.#said - round * this.lines.length]!;
      const tail = tails[round - first]!;
      wire.set(bytes, length);
      wire.set(now, length + timeAt);
      for (let digit = ID_DIGITS, rest = this.#said; rest > 0; rest = Math.floor(rest / 16)) {
        wire[length + idAt + --digit] = HEX[rest % 16]!;
      }
      wire.set(tail, length + bytes.length);
      length += bytes.length + tail.length;
    }
    return wire.slice(0, length);
  }
}

/** The rows of an archive, with what the index gets of them, into a new file of the same schema: only that is timed. */
class BareEngine implements Disposable {
  readonly #source: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #sql;
  readonly #known = new Set<string>();
  #last = 0;

  constructor(from: string, to: string, readonly call: Call) {
    this.#source = new DatabaseSync(from, { readOnly: true });
    this.#db = openForWriting({ path: to, synchronous: "normal" });
    this.#sql = {
      select: this.#source.prepare(`
        SELECT m.*, a.user_id, ${textOf("m")} AS said
        FROM messages AS m
        JOIN authors AS a ON a.id = m.author_id
        WHERE m.id > ?
        ORDER BY m.id
        LIMIT ${BARE_BATCH}`),
      insert: this.#db.prepare(`
        INSERT INTO messages (id, channel_id, author_id, sent, shape_id, uuid, text, tag_values)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
      index: this.#db.prepare("INSERT INTO messages_index (rowid, terms) VALUES (?, ?)"),
      text: this.#db.prepare("INSERT INTO texts (channel_id, month, n, text) VALUES (?, ?, ?, ?)"),
    };
  }

  [Symbol.dispose](): void {
    this.#source.close();
    this.#db.close();
  }

  /** Takes the rows that came since it was last asked. */
  async secondsToStore(): Promise<number> {
    const { call } = this;
    let ms = 0;
    // deno-lint-ignore no-explicit-any -- rows go back as they came
    for (let rows: any[]; (rows = this.#sql.select.all(this.#last)).length > 0;) {
      this.#last = rows.at(-1).id;
      const texts = rows.flatMap((row) => this.#newText(row));
      const ready = rows.map((row) => ({
        // A number would be kept as a real one.
        row: { ...row, text: typeof row.text === "number" ? BigInt(row.text) : row.text },
        terms: termsOfEvent({ kind: "message", text: row.said, tags: "" }, {
          channelId: row.channel_id,
          userId: row.user_id,
        }),
      }));
      const { insert, index } = this.#sql;
      const startedAt = performance.now();
      this.#db.exec("BEGIN IMMEDIATE");
      for (const text of texts) this.#sql.text.run(...text);
      for (const { row: m, terms } of ready) {
        insert[call](
          m.id,
          m.channel_id,
          m.author_id,
          m.sent,
          m.shape_id,
          m.uuid,
          m.text,
          m.tag_values,
        );
        index[call](m.id, terms);
      }
      this.#db.exec("COMMIT");
      ms += performance.now() - startedAt;
      // The stand-in is on this thread: who asks it whether it is there must have an answer.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return ms / 1_000;
  }

  /** The row of `texts` to which this one is the first to refer. */
  // deno-lint-ignore no-explicit-any -- as above
  #newText({ id, channel_id, text, said }: any): [number, number, number, string][] {
    if (typeof text !== "number") return [];
    const month = Math.floor(id / MONTH_IDS);
    const key = `${channel_id} ${month} ${text}`;
    return this.#known.size < this.#known.add(key).size ? [[channel_id, month, text, said]] : [];
  }
}
