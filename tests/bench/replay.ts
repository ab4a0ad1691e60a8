/** Every raw line of the data folder flat out over TLS into the whole program: nothing may be missing. */
import { startDemo } from "../../src/demo/demo.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { exactly, figure, type Row } from "./support/figures.ts";
import { readMetrics } from "./support/metrics.ts";

const FILES = [
  "raw-forsen-2022.irc",
  "raw-forsen-2023.irc",
  "recon-csharpfritz.irc.zst",
  "recon-northernlion.irc.zst",
  "raw-untagged-admiralbulldog-2019.irc.tsv.zst",
  "raw-untagged-ko-saddummy-2021.irc.tsv.zst",
  "recon-arypie.irc.zst",
];

export async function benchReplay(short: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of short ? FILES.slice(0, 2) : FILES) {
    const path = dataFile(name);
    if (path !== undefined) rows.push(...await replayFile(name, path));
  }
  return rows;
}

async function replayFile(name: string, path: string): Promise<Row[]> {
  using folder = tempFolder();
  await using demo = await startDemo({ replay: { path, speed: "flat" } });
  const startedAt = performance.now();
  await using program = await runProgram({
    dbPath: `${folder.path}/a.db`,
    twitch: demo,
    env: { TWITCH_CHANNELS: demo.channels.join(",") },
  });
  const { sent } = (await demo.finished)!;
  let counts = await readMetrics(program.url);
  const settled = () => {
    const { scrollback_received_total: received, scrollback_protocol_total: protocol } = counts;
    return received! + protocol! >= sent + demo.channels.length;
  };
  const endAt = performance.now() + 60_000;
  while (!settled() && performance.now() < endAt) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    counts = await readMetrics(program.url);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const get = (key: string) => counts[`scrollback_${key}_total`]!;
  return [
    exactly(`${name}: received`, get("stored") + get("duplicates") + get("rejected"), get("received")),
    exactly(`${name}: dropped`, get("dropped"), 0),
    figure(`${name}: lines a second, start included`, sent / seconds, "/s"),
  ];
}
