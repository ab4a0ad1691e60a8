/** Starts the program as a user does: the launcher, its output, the launched process and its end. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { tempFolder } from "./support/temp.ts";
import { TextLineStream } from "./support/process/text_lines.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Starts the demo in `folder`, because it needs no Twitch. Resolves when pages are served. */
async function launchDemo(folder: string, dbPath: string) {
  const launcher = new Deno.Command(Deno.execPath(), {
    // Written out as the task has it, so that the launcher is seen to manage with that.
    args: [
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys=uid,gid"],
      `--allow-run=${Deno.execPath()}`,
      ...[main, "demo", "--launch", `--db-path=${dbPath}`, "--http-addr=127.0.0.1:0", "--rate=50"],
    ],
    cwd: folder,
    env: { LOG_FORMAT: "json", NO_COLOR: "1", ADMIN_PASSWORD: "open sesame" },
    stdin: "null",
    stderr: "piped",
  }).spawn();
  const lines = launcher.stderr
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    [Symbol.asyncIterator]();
  const told: string[] = [];
  /**
   * The first line that `pattern` finds; the serving process holds stderr too, so the last line is its last.
   */
  const line = async (pattern: RegExp) => {
    while (true) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${pattern} was not told:\n${told.join("\n")}`);
      told.push(value);
      if (pattern.test(value)) return value;
    }
  };
  const url = JSON.parse(await line(/listens at/)).url as string;
  return { launcher, told, line, url };
}

Deno.test("it starts from any folder, serves pages, and ends with status 0 on SIGTERM", async () => {
  using folder = tempFolder();
  const { launcher, told, line, url } = await launchDemo(folder.path, "an archive's file.db");
  assert.match(told[0]!, /^\$ deno run .*--no-prompt .*'--allow-write=.*an archive'\\''s file\.db/);
  assert.doesNotMatch(told[0]!, /open sesame|\s-A\b|--allow-run|--allow-ffi/);
  for (const path of ["/", "/healthz", "/static/favicon.svg"]) {
    const response = await fetch(url + path);
    assert.equal(response.status, 200, path);
    await response.body?.cancel();
  }
  launcher.kill("SIGTERM");
  await line(/"stopped"/);
  assert.equal((await launcher.status).code, 0);
  assert.ok(Deno.statSync(`${folder.path}/an archive's file.db`).size > 0);
  assert.ok(!told.join("\n").includes("open sesame"));
});

Deno.test("if its launcher is killed, it shuts down", async () => {
  using folder = tempFolder();
  const { launcher, line } = await launchDemo(folder.path, "x.db");
  launcher.kill("SIGKILL");
  await line(/the launcher is gone/);
  await line(/"stopped"/);
  await launcher.status;
});
