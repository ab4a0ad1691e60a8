import assert from "node:assert/strict";
import { root, sources } from "./support/sources/sources.ts";

/** The modules that read the wall clock, and why. All others take a `Clock` and use its monotonic time. */
const WALL_CLOCK: Record<string, string> = {
  "src/clock.ts": "the clock itself",
  "src/demo/clock.ts": "times of invented lines",
  "src/demo/history.ts": "the same",
  "routes/site.tsx": "shown: what time it is, until the collector has told",
  "src/archive/sqlite/file/lock.ts": "shown: since when another program has the archive",
  "src/archive/sqlite/fts5/writer_indexes.ts": "stored: since when an index cannot be used",
  "src/archive/sqlite/doctor/rebuild.ts": "stored: the same",
  "src/archive/sqlite/doctor/times.ts": "evidence of what time it is",
  "src/commands/doctor.ts": "shown: the name of the damaged file that a repair keeps",
  "src/commands/search.ts": "what `2h` and `yesterday` of a search count from",
  "src/commands/opt_out.ts": "stored: since when a channel or user has opted out",
  "src/commands/token.ts": "stored: when a token was created, and when it expires",
  "src/commands/restore.ts": "shown: the name of the file that is kept",
};

Deno.test("only modules that store or show a time read the wall clock", () => {
  const found = [...sources()].filter((path) =>
    /\bDate\.now\b|\bnew Date\(\)/.test(Deno.readTextFileSync(new URL(path, root)))
  );
  assert.deepEqual(found.sort(), Object.keys(WALL_CLOCK).sort());
});
