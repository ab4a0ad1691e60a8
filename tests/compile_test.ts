/**
 * `deno compile` downloads a runtime, so it is not run here. What decides whether its executable works is tested
 * instead: that the task includes everything that is found by address, and that every module of it resolves.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../deno.json" with { type: "json" };
import { V8_FLAGS } from "../src/launch/launch.ts";
import { root, sources } from "./support/sources.ts";

const { command } = manifest.tasks.compile;
const included = [...command.matchAll(/--include (\S+)/g)].map((match) => match[1]!);

/** These run from the sources only: the launcher, and what tasks run. */
const NEVER_COMPILED = ["src/launch/launch.ts", "src/commands/vendor.ts"];

/** It is given the address. */
const STARTS_WORKERS = "src/rpc/start_worker.ts";

Deno.test("the executable keeps its heaps as the launcher has it", () => {
  assert.equal(/--v8-flags=(\S+)/.exec(command)?.[1], V8_FLAGS.join(","));
});

Deno.test("what is found by its address is included in the executable", () => {
  const found = [...addressed()];
  assert.ok(
    found.length >= 5,
    "the Workers of the collector, the writer, the readers and the demo, and static",
  );
  for (const { from, path } of found) {
    assert.ok(included.some((item) => path === item || path.startsWith(`${item}/`)), `${from} needs ${path}`);
  }
});

Deno.test("every Worker is started by an address that can be read off its source", () => {
  for (const from of compiled()) {
    if (from === STARTS_WORKERS) continue;
    const text = Deno.readTextFileSync(new URL(from, root));
    for (const { index } of text.matchAll(/(?:new Worker|startWorker)\(/g)) {
      assert.match(text.slice(index), /^[\w ]+\(\s*new URL\(\s*"[^"]+",\s*import\.meta\.url/, from);
    }
  }
});

Deno.test("what is included is there, and is asked for", () => {
  const found = [...addressed()].map(({ path }) => path);
  for (const item of included) {
    const { isFile } = Deno.statSync(new URL(item, root));
    if (isFile) assert.ok(found.includes(item), `${item} is included and nothing asks for it`);
  }
});

Deno.test("every module of the program and of its Workers resolves, migrations among them", async () => {
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

Deno.test("the executable runs nothing and loads no library", () => {
  assert.doesNotMatch(command, /\s-A\b|--allow-(all|run|ffi|sys(?!=statfs ))/);
});

function compiled(): string[] {
  return [...sources()].filter((path) => !NEVER_COMPILED.includes(path));
}

/** Every `new URL("…", import.meta.url)` of the program, as a path from the project's folder. */
function* addressed(): Generator<{ from: string; path: string }> {
  for (const from of compiled()) {
    const text = Deno.readTextFileSync(new URL(from, root));
    for (const [, address] of text.matchAll(/new URL\(\s*"([^"]+)",\s*import\.meta\.url,?\s*\)/g)) {
      const url = new URL(address!, new URL(from, root));
      yield { from, path: url.href.slice(root.href.length).replace(/\/$/, "") };
    }
  }
}
