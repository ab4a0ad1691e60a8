/** Loads the settings of a command line, or prints their problems. */
import { EXIT_CONFIG, formatProblem, loadConfig, type LoadedConfig, SETTING_NAMES } from "../../config.ts";

export interface SettingFlags {
  config?: string;
  dbPath?: string;
  httpAddr?: string;
}

/** Loads the settings. If they are invalid, prints every problem to stderr and returns `undefined`. */
export function readConfig(
  flags: SettingFlags,
  presets: Readonly<Record<string, string>> = {},
): Extract<LoadedConfig, { kind: "ready" }> | undefined {
  const loaded = loadConfig({
    env: readEnvironment(),
    flags: { "config": flags.config, "db-path": flags.dbPath, "http-addr": flags.httpAddr },
    presets,
    cwd: Deno.cwd(),
    terminal: Deno.stderr.isTerminal(),
  });
  if (loaded.kind === "ready") return loaded;
  const { problems } = loaded;
  console.error(
    problems.length === 1 ? "One setting is invalid:" : `${problems.length} settings are invalid:`,
  );
  for (const problem of problems) console.error(`  ${formatProblem(problem)}`);
}

/** Prints the effective settings or their problems, and returns the exit status. */
export function checkSettings(flags: SettingFlags, presets: Readonly<Record<string, string>> = {}): number {
  const loaded = readConfig(flags, presets);
  if (!loaded) return EXIT_CONFIG;
  const width = Math.max(...loaded.effective.map(({ name }) => name.length));
  for (const { name, value = "", from } of loaded.effective) {
    console.log(`${name.padEnd(width)}  ${value === "" ? "-" : value}  (${from})`);
  }
  return 0;
}

/** The same flags for the launched process. */
export function settingArgs({ config, dbPath, httpAddr }: SettingFlags): string[] {
  return [
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...(dbPath === undefined ? [] : [`--db-path=${dbPath}`]),
    ...(httpAddr === undefined ? [] : [`--http-addr=${httpAddr}`]),
  ];
}

/**
 * The launcher may read the whole environment and so detects misspelt names. The launched process may read
 * settings only.
 */
function readEnvironment(): Record<string, string | undefined> {
  if (Deno.permissions.querySync({ name: "env" }).state === "granted") return Deno.env.toObject();
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, Deno.env.get(name)]));
}
