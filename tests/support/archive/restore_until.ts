/** Restores `FROM` to `TO` and exits before the named step, as if it was killed. */
import { restore } from "../../../src/archive/sqlite/backup/restore.ts";

const [from, to, step] = Deno.args;

restore({
  from: from!,
  to: to!,
  now: Date.now(),
  progress: (doing) => {
    if (doing === step) Deno.exit(137);
  },
});
