/**
 * Both ends of `runChild`, for its test. `launcher PATH` runs `child PATH` under it; the child says `ready` and then
 * writes how it was told to stop into the file at PATH: by a signal (exit status 7) or by the end of its stdin.
 */
import { fileURLToPath } from "node:url";
import { runChild } from "../../src/launch/run_child.ts";

const [role, path] = Deno.args;

if (role === "launcher") {
  const self = fileURLToPath(import.meta.url);
  Deno.exit(await runChild(["run", "--no-lock", `--allow-write=${path}`, self, "child", path!], {}));
}

function stop(why: string, status: number): never {
  Deno.writeTextFileSync(path!, why);
  Deno.exit(status);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => stop(signal, 7));
console.log("ready");
await Deno.stdin.read(new Uint8Array(1));
stop("stdin ended", 0);
