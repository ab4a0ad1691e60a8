/** A stand-in for a recent-messages service: it keeps lines, and serves them over HTTP on loopback. */
import { setTimeout } from "node:timers/promises";
import { readLine } from "../irc/read.ts";

interface HistoryOptions {
  /** 0 = any free port. */
  port?: number;
  /** Lines kept of a channel; the oldest go first. */
  kept?: number;
  now?: () => number;
}

/** Faults to simulate. */
export interface HistoryFaults {
  /** Delay of each answer. */
  delayMs?: number;
  /** Answers with this status, and nothing else. */
  status?: number;
  /** Answers every request with this text. */
  body?: string;
}

export interface History extends AsyncDisposable {
  /** For `HISTORY_URL`. */
  url: string;
  /** `127.0.0.1:port` */
  host: string;
  faults: HistoryFaults;
  /** Number of requests. */
  asked: number;
  /** Keeps a line of a channel, as the stand-in for Twitch sends it. */
  hear(line: string): void;
  /** Deletes all lines. */
  forget(before: number): void;
}

interface Heard {
  line: string;
  at: number;
  uuid?: string;
  login?: string;
  deleted: boolean;
}

/** Maximum number of lines in one answer. */
const MOST = 800;

export function startHistory({ port = 0, kept = 5_000, now = Date.now }: HistoryOptions = {}): History {
  const channels = new Map<string, Heard[]>();
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    history.asked++;
    const { delayMs, status, body } = history.faults;
    if (delayMs !== undefined) await setTimeout(delayMs);
    if (status !== undefined) return new Response(null, { status });
    return body === undefined ? answer(new URL(request.url), channels) : new Response(body);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const history: History = {
    url: `http://${host}/api/v2/recent-messages/{login}`,
    host,
    faults: {},
    asked: 0,
    hear(line) {
      const reading = readLine(line);
      if (reading.kind !== "chat") return;
      const { kind, channel, uuid, author } = reading.event;
      const lines = channels.get(channel) ?? [];
      channels.set(channel, lines);
      const isRemoval = kind === "deletion" || kind === "timeout" || kind === "ban";
      for (const heard of isRemoval ? lines : []) {
        if (kind === "deletion" ? heard.uuid === uuid : heard.login === author?.login) heard.deleted = true;
      }
      const written = isRemoval ? {} : { uuid, login: author?.login };
      lines.push({ line, at: now(), ...written, deleted: false });
      if (lines.length > kept) lines.shift();
    },
    forget(before) {
      for (const [login, lines] of channels) channels.set(login, lines.filter(({ at }) => at >= before));
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return history;
}

function answer(url: URL, channels: ReadonlyMap<string, Heard[]>): Response {
  const login = /^\/api\/v2\/recent-messages\/([a-z0-9_]{1,25})$/.exec(url.pathname)?.[1];
  if (login === undefined) return failure(400, "Invalid channel login", "invalid_channel_login");
  const known = channels.get(login);
  if (!known) return failure(200, "The bot is currently not joined to this channel", "channel_not_joined");
  const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
  const [before, after] = [number("before", Infinity), number("after", -Infinity)];
  const limit = Math.min(MOST, number("limit", MOST));
  const messages = known.filter(({ at }) => at < before && at > after).slice(-limit).map(marked);
  return Response.json({ messages, error: null, error_code: null });
}

function failure(status: number, error: string, code: string): Response {
  return Response.json({ messages: [], error, error_code: code }, { status });
}

function marked({ line, at, deleted }: Heard): string {
  const tags = `historical=1;rm-received-ts=${at}${deleted ? ";rm-deleted=1" : ""}`;
  return line.startsWith("@") ? `@${tags};${line.slice(1)}` : `@${tags} ${line}`;
}
