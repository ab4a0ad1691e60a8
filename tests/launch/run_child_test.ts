import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../support/launched.ts", import.meta.url));

/** A launcher with a child that is ready; `told` is how the child was told to stop. */
async function launched() {
  const folder = Deno.makeTempDirSync({ prefix: "scrollback-launch-" });
  const path = `${folder}/told`;
  const launcher = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", `--allow-run=${Deno.execPath()}`, script, "launcher", path],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const output = launcher.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await output.read()).value, "ready\n");
  return {
    launcher,
    /** The child holds stdout too, so its end is the child's end. */
    async told() {
      while (!(await output.read()).done);
      return Deno.readTextFileSync(path);
    },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} is passed on, and the exit status comes back`, async () => {
    using run = await launched();
    run.launcher.kill(signal);
    assert.equal((await run.launcher.status).code, 7);
    assert.equal(await run.told(), signal);
  });
}

Deno.test("a child whose launcher is killed learns it from the end of its stdin", async () => {
  using run = await launched();
  run.launcher.kill("SIGKILL");
  await run.launcher.status;
  assert.equal(await run.told(), "stdin ended");
});
