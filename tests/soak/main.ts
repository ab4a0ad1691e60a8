/**
 * `deno task soak [--minutes 15] [--messages 30000000]`: no message is lost, and memory and handles do not
 * grow.
 */
import { parseArgs } from "node:util";
import { printTable } from "../bench/support/figures.ts";
import { rowsOf } from "./figures.ts";
import { type Sample, soak } from "./soak.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { minutes: { type: "string", default: "15" }, messages: { type: "string", default: "30000000" } },
});

const rows = rowsOf(
  await soak({
    minutes: Number(values.minutes),
    messages: Number(values.messages),
    channels: 120,
    lines: 100_000,
    changeEveryMs: 250,
    troubleEvery: 20,
    sampleEveryMs: 2_000,
    progress: progress(),
  }),
);
printTable("The whole program at full speed while channels come and go", rows);
if (rows.some(({ met }) => met === false)) Deno.exit(1);

/** Prints a line every half minute. */
function progress() {
  let next = 0.5;
  return ({ minutes, stored, ownMiB, handles, dbMiB }: Sample) => {
    if (minutes < next) return;
    next += 0.5;
    console.error(
      `${minutes.toFixed(1)} min: ${stored.toLocaleString("en")} stored, ${
        ownMiB.toFixed(0)
      } MiB of memory, ` +
        `${handles} handles, database ${dbMiB.toFixed(0)} MiB`,
    );
  };
}
