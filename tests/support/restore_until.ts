/** Restores `FROM` to `TO` and ends, as if it was killed, before the step that is named. */
import { restore } from "../../src/archive/sqlite/backup/restore.ts";

const [from, to, step] = Deno.args;

restore({
  from: from!,
  to: to!,
  now: Date.now(),
  progress: (doing) => {
    if (doing === step) Deno.exit(137);
  },
});
