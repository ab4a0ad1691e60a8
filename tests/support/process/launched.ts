/**
 * Both processes of the test of `runChild`. `launcher PATH` runs `child PATH`. The child prints `ready`. Then
 * it writes to the file at PATH how it was asked to stop: by a signal (exit status 7) or by the end of its
 * stdin.
 */
import { fileURLToPath } from "node:url";
import { runChild } from "../../../src/launch/run_child.ts";

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
