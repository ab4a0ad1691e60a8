/** The settings of one command line: loaded, or every problem told. */
import { EXIT_CONFIG, formatProblem, loadConfig, type LoadedConfig, SETTING_NAMES } from "../../config.ts";

export interface SettingFlags {
  config?: string;
  dbPath?: string;
  httpAddr?: string;
}

/** Reads what may be read, and prints every problem to stderr where there are any. */
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

/** Prints the effective settings, or their problems, and yields the exit status. */
export function checkSettings(flags: SettingFlags, presets: Readonly<Record<string, string>> = {}): number {
  const loaded = readConfig(flags, presets);
  if (!loaded) return EXIT_CONFIG;
  const width = Math.max(...loaded.effective.map(({ name }) => name.length));
  for (const { name, value = "", from } of loaded.effective) {
    console.log(`${name.padEnd(width)}  ${value === "" ? "-" : value}  (${from})`);
  }
  return 0;
}

/** The flags that say the same again to the serving process. */
export function settingArgs({ config, dbPath, httpAddr }: SettingFlags): string[] {
  return [
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...(dbPath === undefined ? [] : [`--db-path=${dbPath}`]),
    ...(httpAddr === undefined ? [] : [`--http-addr=${httpAddr}`]),
  ];
}

/** The launcher may see every name, and so notices misspelt ones; the serving process sees the settings only. */
function readEnvironment(): Record<string, string | undefined> {
  if (Deno.permissions.querySync({ name: "env" }).state === "granted") return Deno.env.toObject();
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, Deno.env.get(name)]));
}
