/** Repairs the archive at `PATH` and ends, as if it was killed, before the step that is named. */
import { repairArchive } from "../../../src/archive/sqlite/repair/repair.ts";

const [path, step] = Deno.args;

repairArchive({
  path: path!,
  now: Date.now(),
  progress: () => {},
  step: (name) => {
    if (name === step) Deno.exit(137);
  },
});
