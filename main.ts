/** Scrollback's command line: every sub-command and its flags. Each yields the program's exit status. */
import { resolve } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import manifest from "./deno.json" with { type: "json" };
import { checkSettings, readConfig, settingArgs, type SettingFlags } from "./src/commands/read_config.ts";
import { type Config, EXIT_CONFIG } from "./src/config.ts";
import { SETTINGS } from "./src/config/settings.ts";
import type { LaunchedCommand } from "./src/launch/launch.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

interface ServeFlags extends SettingFlags {
  check?: true;
  launch?: true;
  watch?: true;
  stopOnStdinEnd?: true;
}

interface CareFlags extends SettingFlags {
  launch?: true;
}

interface DoctorCommandFlags extends CareFlags {
  repair?: true;
  sample?: number | "all";
}

interface DemoFlags extends ServeFlags {
  rate: number;
  replay?: string;
  speed: number;
}

/** Runs one command line and yields its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  const program = new Command("scrollback")
    .description("Archives Twitch chat for good, and lets you watch, browse and search it in the browser.")
    .version(manifest.version)
    .addHelpText("after", settingsHelp());

  // A compiled executable has no deno to launch: it serves with the permissions that it was compiled with.
  const { standalone } = Deno.build;
  serving(program.command("start", { isDefault: !standalone }), false)
    .description("serve with exactly the permissions that the settings imply (the default)")
    .action(async (flags: ServeFlags) => {
      status = await start({ ...flags, launch: true });
    });
  serving(program.command("serve", { isDefault: standalone }))
    .description("serve with the permissions that this process has")
    .action(async (flags: ServeFlags) => {
      status = await start(flags);
    });
  serving(program.command("demo"))
    .description("serve with a stand-in for Twitch on this machine, and invented or recorded chat")
    .option("--rate <number>", "messages a second over all channels", positive, 10)
    .option("--replay <file>", "play the raw IRC lines of a file instead of invented ones")
    .option(
      "--speed <factor>",
      "how many times faster than recorded to replay, or `flat` for flat out",
      speed,
      1,
    )
    .action(async (flags: DemoFlags) => {
      status = await startDemo(flags);
    });
  caring(program.command("backup <path>"))
    .description("copy the archive while it is being recorded, and verify the copy")
    .option("--force", "replace what stands at the path")
    .action(async (path: string, flags: CareFlags & { force?: true }) => {
      status = await startBackup(resolve(path), flags);
    });

  caring(program.command("restore <path>"))
    .description("put a backup in the archive's place, and keep what was there beside it")
    .action(async (path: string, flags: CareFlags) => {
      status = await startRestore(resolve(path), flags);
    });
  caring(program.command("quarantine"))
    .description("list events that could not be stored, or try again, while no other program has the archive")
    .addArgument(new Argument("<action>").choices(["list", "replay"]))
    .action(async (action: "list" | "replay", flags: CareFlags) => {
      status = await startQuarantine(action, flags);
    });
  caring(program.command("doctor"))
    .description("say what is wrong with the archive, if anything is")
    .option("--repair", "put right what can be, while no other program has the archive")
    .option("--sample <rows>", "how many rows of each index to compare, or `all`", rowsToCompare)
    .action(async (flags: DoctorCommandFlags) => {
      status = await startDoctor(flags);
    });

  await program.parseAsync([...args], { from: "user" });
  return status;
}

async function start(flags: ServeFlags): Promise<number> {
  return await run(flags, "serve", {
    here: async (config, stopOnStdinEnd) => {
      const { serve } = await import("./src/commands/serve.ts");
      return await serve(config, { stopOnStdinEnd });
    },
  });
}

async function startDemo(flags: DemoFlags): Promise<number> {
  const { rate, replay, speed } = flags;
  return await run(flags, "demo", {
    presets: { DB_PATH: "./demo.db" },
    args: [
      `--rate=${rate}`,
      `--speed=${speed === Infinity ? "flat" : speed}`,
      ...(replay === undefined ? [] : [`--replay=${replay}`]),
    ],
    reads: replay === undefined ? [] : [replay],
    here: async (config, stopOnStdinEnd) => {
      const { demo } = await import("./src/commands/demo.ts");
      return await demo(config, { stopOnStdinEnd, rate, replay, speed });
    },
  });
}

async function startBackup(to: string, flags: CareFlags & { force?: true }): Promise<number> {
  const { force = false } = flags;
  return await care(flags, "backup", {
    args: [...(force ? ["--force"] : []), to],
    // What SQLite may put beside a copy, and the copy until it is known to be good.
    writes: ["", "-wal", ".partial", ".partial-journal", ".partial-wal", ".partial-shm"].map((end) =>
      to + end
    ),
    here: async (config) => {
      const { backupCommand } = await import("./src/commands/backup.ts");
      return await backupCommand(config, { to, force });
    },
  });
}

async function startDoctor(flags: DoctorCommandFlags): Promise<number> {
  const { repair = false, sample } = flags;
  return await care(flags, "doctor", {
    args: [...(repair ? ["--repair"] : []), ...(sample === undefined ? [] : [`--sample=${sample}`])],
    here: async (config) => {
      const { doctorCommand } = await import("./src/commands/doctor.ts");
      return doctorCommand(config, { repair, sample });
    },
  });
}

async function startRestore(from: string, flags: CareFlags): Promise<number> {
  return await care(flags, "restore", {
    args: [from],
    reads: [from, `${from}-wal`],
    writesFolder: true,
    here: async (config) => {
      const { restoreCommand } = await import("./src/commands/restore.ts");
      return restoreCommand(config, from);
    },
  });
}

async function startQuarantine(action: "list" | "replay", flags: CareFlags): Promise<number> {
  return await care(flags, "quarantine", {
    args: [action],
    here: async (config) => {
      const { quarantineCommand } = await import("./src/commands/quarantine.ts");
      return quarantineCommand(config, action);
    },
  });
}

interface Caring {
  /** The command's own arguments, to be said again to a launched process, and the files that they name. */
  args?: string[];
  reads?: string[];
  writes?: string[];
  writesFolder?: boolean;
  here(config: Config): Promise<number>;
}

/** Checks the settings, and takes care of the archive's file here or in a launched process. */
async function care(
  flags: CareFlags,
  command: LaunchedCommand,
  { args = [], reads = [], writes, writesFolder, here }: Caring,
): Promise<number> {
  const loaded = readConfig(flags);
  if (!loaded) return EXIT_CONFIG;
  if (!flags.launch) return await here(loaded.config);
  const { launch } = await import("./src/launch/launch.ts");
  return await launch(loaded.config, {
    command,
    args: [...settingArgs(flags), ...args],
    reads: [...loaded.reads, ...reads],
    writes,
    writesFolder,
  });
}

interface Running {
  /** Defaults that differ from the table's. */
  presets?: Readonly<Record<string, string>>;
  /** The command's own flags, to be said again to a launched process, and the files that they name. */
  args?: string[];
  reads?: string[];
  /** Does it in this process. */
  here(config: Config, stopOnStdinEnd: boolean): Promise<number>;
}

/** Checks the settings, and runs the command here or in a launched process. */
async function run(
  flags: ServeFlags,
  command: "serve" | "demo",
  { presets, args = [], reads = [], here }: Running,
): Promise<number> {
  if (flags.check) return checkSettings(flags, presets);
  const loaded = readConfig(flags, presets);
  if (!loaded) return EXIT_CONFIG;
  if (!flags.launch) return await here(loaded.config, flags.stopOnStdinEnd ?? false);
  const { launch } = await import("./src/launch/launch.ts");
  return await launch(loaded.config, {
    command,
    args: [...settingArgs(flags), ...args],
    reads: [...loaded.reads, ...reads],
    watch: flags.watch,
  });
}

/** What every command that takes care of the archive's file understands. */
function caring(command: Command): Command {
  return command
    .option("--config <file>", "env file with settings; flags and the environment come before it")
    .option("--db-path <value>", "the same as DB_PATH")
    .option(
      "--launch",
      "do it in a process that may touch the archive and the files named here, nothing else",
    );
}

/** What every command that serves understands. */
function serving(command: Command, launchable = true): Command {
  command
    .option("--config <file>", "env file with settings; flags and the environment come before it")
    .option("--check", "print the effective settings, secrets hidden, and exit");
  for (const { name, flag } of SETTINGS) {
    if (flag) command.option(`--${flag} <value>`, `the same as ${name}`);
  }
  if (launchable) {
    command.option("--launch", "do it in a process that has exactly the permissions that the settings imply");
  }
  return command
    .option("--watch", "start again when a source changes; only where a process is launched")
    .option(
      "--stop-on-stdin-end",
      "stop when stdin ends, as it does when the process at its other end is gone",
    );
}

function settingsHelp(): string {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const lines = SETTINGS.map(({ name, about, preset }) => {
    const value = preset ? ` [${preset}]` : "";
    return `  ${name.padEnd(width)}  ${about.replaceAll("`", "")}${value}`;
  });
  return ["", "Settings, from the environment or the file given with --config:", ...lines].join("\n") +
    "\n\nA secret NAME can also be read from the file that NAME_FILE names.";
}

function rowsToCompare(text: string): number | "all" {
  if (text === "all") return "all";
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It takes a number of rows, or all.");
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError("It takes a number above 0.");
  return value;
}

function speed(text: string): number {
  return text === "flat" ? Infinity : positive(text);
}
