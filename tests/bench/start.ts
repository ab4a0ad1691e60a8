/** From the command to the line that says where the program listens, with a large archive, and to the first page. */
import { fileURLToPath } from "node:url";
import { tempFolder } from "../support/temp.ts";
import { TextLineStream } from "../support/process/text_lines.ts";
import { bigArchive } from "./support/big_archive.ts";
import { atMost, figure, median, type Row } from "./support/figures.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const RUNS = 3;

export async function benchStart(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const big = await bigArchive(short ? 50_000 : messages);
  if (big === undefined) return [];
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  await Deno.copyFile(big.path, path);
  const listens: number[] = [];
  const pages: number[] = [];
  for (let i = 0; i < (short ? 1 : RUNS); i++) {
    const [listensMs, pageMs] = await start(path);
    listens.push(listensMs);
    pages.push(pageMs);
  }
  return [
    figure("messages", big.messages, ""),
    atMost("from the command to listening", median(listens), 1_500, "ms"),
    figure("  and to the first page", median(pages), "ms"),
  ];
}

/** As `deno task start` does once everything is installed: the launcher, and what it runs. Twitch is not there. */
async function start(path: string): Promise<[listensMs: number, pageMs: number]> {
  const startedAt = performance.now();
  const launcher = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys=uid,gid"],
      ...[`--allow-run=${Deno.execPath()}`, MAIN, "start", `--db-path=${path}`, "--http-addr=127.0.0.1:0"],
    ],
    env: { LOG_FORMAT: "json", NO_COLOR: "1", TWITCH_IRC_URL: "irc://127.0.0.1:9" },
    stdin: "null",
    stderr: "piped",
  }).spawn();
  let url: string | undefined;
  let times: [number, number] = [NaN, NaN];
  const told: string[] = [];
  for await (
    const line of launcher.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
  ) {
    told.push(line);
    if (url !== undefined || !line.includes("listens at")) continue;
    const listensMs = performance.now() - startedAt;
    url = JSON.parse(line).url as string;
    await (await fetch(url)).arrayBuffer();
    times = [listensMs, performance.now() - startedAt];
    launcher.kill("SIGTERM");
  }
  await launcher.status;
  if (url === undefined) throw new Error(`it did not start:\n${told.join("\n")}`);
  return times;
}
