/** Runs the program as a process with exactly the permissions that the launcher gives it. */
import { TextLineStream } from "./text_lines.ts";
import { loadConfig } from "../../../src/config.ts";
import { ADDED_ENV, denoArgs } from "../../../src/launch/launch.ts";
import type { StandIn } from "../../../src/demo/server/stand_in.ts";

export interface Running extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  url: string;
  pid: number;
  /** All log lines so far, parsed. */
  log: Record<string, unknown>[];
  /** Does nothing after the end of the process. */
  kill(signal: Deno.Signal): void;
  ended: Promise<Deno.CommandStatus>;
  /** Resolves with the first line, past or future, whose message contains `text`. */
  logged(text: string): Promise<Record<string, unknown>>;
}

export interface RunOptions {
  dbPath: string;
  twitch?: StandIn;
  env?: Record<string, string>;
  /** A command to start it with: its name and first arguments. */
  through?: readonly string[];
}

/** Starts the program and resolves when it listens. @throws an error with its log if it ends before */
export async function runProgram({ dbPath, twitch, env = {}, through = [] }: RunOptions): Promise<Running> {
  const certPath = `${dbPath}.ca.pem`;
  const settings: Record<string, string> = {
    DB_PATH: dbPath,
    HTTP_ADDR: "127.0.0.1:0",
    LOG_FORMAT: "json",
    TWITCH_JOINS_PER_10S: "2000",
    ...env,
  };
  if (twitch) {
    settings.TWITCH_IRC_URL ??= twitch.url;
    await Deno.writeTextFile(certPath, twitch.caCert);
  }
  const loaded = loadConfig({ env: settings, flags: {}, cwd: Deno.cwd(), terminal: false });
  if (loaded.kind === "wrong") throw new Error(`settings: ${JSON.stringify(loaded.problems)}`);
  const ours = denoArgs(loaded.config, { command: "serve", args: [], reads: loaded.reads });
  const [command, ...args] = [...through, Deno.execPath(), ...ours];
  const child = new Deno.Command(command!, {
    args,
    env: { ...ADDED_ENV, ...settings, ...(twitch ? { DENO_CERT: certPath } : {}) },
    stdin: "piped",
    stdout: "inherit",
    stderr: "piped",
  }).spawn();

  const log: Record<string, unknown>[] = [];
  const waiting: { text: string; resolve: (line: Record<string, unknown>) => void }[] = [];
  const reading = (async () => {
    for await (
      const text of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      const line = parse(text);
      log.push(line);
      for (const waiter of waiting) if (String(line.message).includes(waiter.text)) waiter.resolve(line);
    }
  })();
  const ended = child.status;
  const logged = (text: string) => {
    const found = log.find((line) => String(line.message).includes(text));
    if (found) return Promise.resolve(found);
    return new Promise<Record<string, unknown>>((resolve) => waiting.push({ text, resolve }));
  };
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // The process has ended already.
    }
  };
  const url = await Promise.race([
    logged("listens at").then((line) => /http:\S+?(?=,|$)/.exec(String(line.message))![0]),
    ended.then(async ({ code }) => {
      await reading;
      throw new Error(`it ended with ${code}:\n${log.map((line) => JSON.stringify(line)).join("\n")}`);
    }),
  ]);
  return {
    url,
    pid: child.pid,
    log,
    ended,
    logged,
    kill,
    async [Symbol.asyncDispose]() {
      kill("SIGTERM");
      await ended;
      await child.stdin.close().catch(() => {});
      await reading;
    },
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
