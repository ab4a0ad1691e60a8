import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { TextLineStream } from "../support/process/text_lines.ts";
import { until } from "../support/until.ts";

const faulty = fileURLToPath(new URL("../support/process/faulty.ts", import.meta.url));

Deno.test("an uncaught error does not end the process, and HTTP restarts", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-lock", "--allow-net=127.0.0.1", "--ignore-env", faulty],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    [Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const url = await next();
  const ask = async (path: string) => await (await fetch(url + path)).json().catch(() => undefined);
  await ask("/reject");
  assert.equal(await next(), "rejected");
  await until(async () => (await ask("/").catch(() => undefined))?.restarts === 1);
  await ask("/throw");
  assert.equal(await next(), "thrown");
  await until(async () => (await ask("/").catch(() => undefined)) !== undefined);
  child.kill("SIGKILL");
  await child.status;
});
