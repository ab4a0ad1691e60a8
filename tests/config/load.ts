/** Settings from sources that a test gives. */
import assert from "node:assert/strict";
import { type Config, type ConfigSources, formatProblem, loadConfig } from "../../src/config.ts";

/** The working directory of {@link load}. */
export const folder = Deno.makeTempDirSync({ prefix: "scrollback-config-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Loads the settings of these sources; nothing else is set. */
export function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig({ env: {}, flags: {}, cwd: folder, terminal: false, ...sources });
}

/** The config of sources without problems. */
export function ready(sources: Partial<ConfigSources> = {}): Config {
  const loaded = load(sources);
  assert.equal(
    loaded.kind,
    "ready",
    loaded.kind === "wrong" ? loaded.problems.map(formatProblem).join("\n") : "",
  );
  return loaded.kind === "ready" ? loaded.config : assert.fail();
}

/** The problems of sources, as they are shown. */
export function problems(sources: Partial<ConfigSources>): string[] {
  const loaded = load(sources);
  return loaded.kind === "wrong" ? loaded.problems.map(formatProblem) : assert.fail("there are no problems");
}

/** Writes a file in {@link folder}, and returns its path. */
export function file(name: string, text: string): string {
  Deno.writeTextFileSync(`${folder}/${name}`, text);
  return `${folder}/${name}`;
}
