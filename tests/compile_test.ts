/**
 * `deno compile` downloads a runtime, so it does not run here. Instead this tests that the task includes
 * every file that is loaded by URL, and that all modules resolve.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../deno.json" with { type: "json" };
import { V8_FLAGS } from "../src/launch/launch.ts";
import { root, sources } from "./support/sources/sources.ts";

const { command } = manifest.tasks.compile;
const included = [...command.matchAll(/--include (\S+)/g)].map((match) => match[1]!);

/** Modules that run only from the sources: the launcher, and scripts of tasks. */
const NEVER_COMPILED = ["src/launch/launch.ts", "src/commands/vendor.ts"];

/** Gets the URL as a parameter. */
const STARTS_WORKERS = "src/rpc/start_worker.ts";

Deno.test("the executable has the launcher's V8 flags", () => {
  assert.equal(/--v8-flags=(\S+)/.exec(command)?.[1], V8_FLAGS.join(","));
});

Deno.test("files that are loaded by URL are included in the executable", () => {
  const found = [...addressed()];
  assert.ok(
    found.length >= 5,
    "the Workers of the collector, the writer, the readers and the demo, and static",
  );
  for (const { from, path } of found) {
    assert.ok(included.some((item) => path === item || path.startsWith(`${item}/`)), `${from} needs ${path}`);
  }
});

Deno.test("every Worker is started with a literal URL", () => {
  for (const from of compiled()) {
    if (from === STARTS_WORKERS) continue;
    const text = Deno.readTextFileSync(new URL(from, root));
    for (const { index } of text.matchAll(/(?:new Worker|startWorker)\(/g)) {
      assert.match(text.slice(index), /^[\w ]+\(\s*new URL\(\s*"[^"]+",\s*import\.meta\.url/, from);
    }
  }
});

Deno.test("included files exist and are used", () => {
  const found = [...addressed()].map(({ path }) => path);
  for (const item of included) {
    const { isFile } = Deno.statSync(new URL(item, root));
    if (isFile) assert.ok(found.includes(item), `${item} is included and nothing asks for it`);
  }
});

Deno.test("all modules of the program and its Workers resolve, including migrations", async () => {
  const resolved = new Set<string>();
  for (const entry of ["main.ts", ...included.filter((item) => item.endsWith(".ts"))]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", fileURLToPath(new URL(entry, root))],
      stderr: "null",
    }).output();
    const { modules }: { modules: { specifier: string; error?: string }[] } = JSON.parse(
      new TextDecoder().decode(stdout),
    );
    for (const { specifier, error } of modules) {
      assert.equal(error, undefined, specifier);
      resolved.add(specifier);
    }
  }
  for (const { name } of Deno.readDirSync(new URL("migrations", root))) {
    assert.ok(
      resolved.has(new URL(`migrations/${name}`, root).href),
      `migrations/${name} is imported by nobody`,
    );
  }
});

Deno.test("the executable has no permission to run programs or load libraries", () => {
  assert.doesNotMatch(command, /\s-A\b|--allow-(all|run|ffi|sys(?!=statfs ))/);
});

function compiled(): string[] {
  return [...sources()].filter((path) => !NEVER_COMPILED.includes(path));
}

/** Yields every `new URL("…", import.meta.url)` of the program as a path relative to the project's folder. */
function* addressed(): Generator<{ from: string; path: string }> {
  for (const from of compiled()) {
    const text = Deno.readTextFileSync(new URL(from, root));
    for (const [, address] of text.matchAll(/new URL\(\s*"([^"]+)",\s*import\.meta\.url,?\s*\)/g)) {
      const url = new URL(address!, new URL(from, root));
      yield { from, path: url.href.slice(root.href.length).replace(/\/$/, "") };
    }
  }
}
