import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../support/process/launched.ts", import.meta.url));

/** Starts a launcher and waits until its child is ready. `told` returns how the child was asked to stop. */
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
    /** The child has stdout open too, so stdout ends when the child ends. */
    async told() {
      while (!(await output.read()).done);
      return Deno.readTextFileSync(path);
    },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} is forwarded, and the exit status is returned`, async () => {
    using run = await launched();
    run.launcher.kill(signal);
    assert.equal((await run.launcher.status).code, 7);
    assert.equal(await run.told(), signal);
  });
}

Deno.test("the stdin of a child ends when its launcher is killed", async () => {
  using run = await launched();
  run.launcher.kill("SIGKILL");
  await run.launcher.status;
  assert.equal(await run.told(), "stdin ended");
});
