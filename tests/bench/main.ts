/**
 * `deno task bench [name …] [--short] [--messages N]`: measurements as tables, of search and start with an archive of so
 * many messages. Rows that have no data to work on are left out.
 */
import { parseArgs } from "node:util";
import { benchDoors } from "./api/doors.ts";
import { benchLogs } from "./api/logs.ts";
import { benchLatency } from "./latency.ts";
import { benchLive } from "./live.ts";
import { benchLoad } from "./load.ts";
import { benchIngest } from "./ingest.ts";
import { printTable, type Row } from "./support/figures.ts";
import { benchPages } from "./pages.ts";
import { benchQueries } from "./queries.ts";
import { benchReplay } from "./replay.ts";
import { benchSearch } from "./search.ts";
import { benchSize } from "./size.ts";
import { benchStart } from "./start.ts";
import { benchWatchers } from "./watchers.ts";

const BENCHES: Record<string, [title: string, run: (short: boolean, messages?: number) => Promise<Row[]>]> = {
  replay: ["Every raw line, flat out over TLS, into the whole program", benchReplay],
  ingest: ["Real lines flat out over TLS, and the bare engine beside it", benchIngest],
  latency: ["How late a message is seen while 10,000 a second come in", benchLatency],
  size: ["Bytes a message, on disk", benchSize],
  search: ["Search at the archive: the newest 50, in milliseconds", benchSearch],
  start: ["From the command to a page", benchStart],
  live: ["150 messages a second over 10 channels, in a real browser", benchLive],
  doors: ["5,000 messages a second, a thousand downloads, a thousand followers", benchDoors],
  logs: ["Logs of the API, on the wire", benchLogs],
  queries: ["A hundred live searches while 5,000 messages a second come in", benchQueries],
  watchers: ["A thousand browsers on one channel with 100 messages a second", benchWatchers],
  pages: ["Pages while 5,000 messages a second come in", benchPages],
  load: ["5,000 messages a second over 10 channels", benchLoad],
};

if (import.meta.main) {
  const { values, positionals: names } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { short: { type: "boolean", default: false }, messages: { type: "string" } },
  });
  const messages = values.messages === undefined ? undefined : Number(values.messages);
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(", ")}: it takes ${Object.keys(BENCHES).join(", ")}.`);
    Deno.exit(2);
  }
  let missed = 0;
  for (const [name, [title, run]] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const rows = await run(values.short, messages);
    if (rows.length > 0) printTable(title, rows);
    missed += rows.filter((row) => row.met === false).length;
  }
  Deno.exit(missed > 0 ? 1 : 0);
}
