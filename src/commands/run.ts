/** Runs a sub-command: checks its settings, then runs it in this process or in a launched one. */
import { type Config, type EffectiveSetting, EXIT_CONFIG } from "../config.ts";
import type { FileFormat } from "../find/lines.ts";
import type { OptOutOptions } from "./opt_out.ts";
import type { TokenOptions } from "./token.ts";
import type { LaunchedCommand } from "../launch/launch.ts";
import { checkSettings, readConfig, settingArgs, type SettingFlags } from "./support/read_config.ts";

/** Flags of all commands that maintain the archive's file. */
export interface MaintenanceFlags extends SettingFlags {
  launch?: true;
}

/** Flags of all commands that serve pages. */
export interface ServeFlags extends MaintenanceFlags {
  check?: true;
  watch?: true;
  /** Serve `/design`, too; a process that restarts when a source changes does. */
  design?: true;
  stopOnStdinEnd?: true;
}

export interface DemoFlags extends ServeFlags {
  rate: number;
  replay?: string;
  speed: number;
}

export interface BackupFlags extends MaintenanceFlags {
  force?: true;
}

export interface DoctorFlags extends MaintenanceFlags {
  repair?: true;
  sample?: number | "all";
}

export interface SearchFlags extends MaintenanceFlags {
  format?: FileFormat;
  oldest?: true;
  limit?: number;
  count?: true;
}

export async function serve(flags: ServeFlags): Promise<number> {
  const { stopOnStdinEnd = false, design } = flags;
  return await run(flags, "serve", {
    here: async (config, settings) => {
      const { serve } = await import("./serve.ts");
      return await serve(config, { stopOnStdinEnd, settings, design });
    },
  });
}

export async function demo(flags: DemoFlags): Promise<number> {
  const { stopOnStdinEnd = false, rate, replay, speed, design } = flags;
  return await run(flags, "demo", {
    presets: { DB_PATH: "./demo.db" },
    args: [
      `--rate=${rate}`,
      `--speed=${speed === Infinity ? "flat" : speed}`,
      ...(replay === undefined ? [] : [`--replay=${replay}`]),
    ],
    reads: replay === undefined ? [] : [replay],
    here: async (config, settings) => {
      const { demo } = await import("./demo.ts");
      return await demo(config, { stopOnStdinEnd, rate, replay, speed, settings, design });
    },
  });
}

export async function backup(to: string, flags: BackupFlags): Promise<number> {
  const { force = false } = flags;
  return await run(flags, "backup", {
    args: [...(force ? ["--force"] : []), to],
    // SQLite's files beside the copy, and the copy before it is verified.
    writes: ["", "-wal", ".partial", ".partial-journal", ".partial-wal", ".partial-shm"].map((end) =>
      to + end
    ),
    here: async (config) => {
      const { backupCommand } = await import("./backup.ts");
      return await backupCommand(config, { to, force });
    },
  });
}

export async function restore(from: string, flags: MaintenanceFlags): Promise<number> {
  return await run(flags, "restore", {
    args: [from],
    reads: [from, `${from}-wal`],
    writesFolder: true,
    here: async (config) => {
      const { restoreCommand } = await import("./restore.ts");
      return restoreCommand(config, from);
    },
  });
}

export async function quarantine(action: "list" | "replay", flags: MaintenanceFlags): Promise<number> {
  return await run(flags, "quarantine", {
    args: [action],
    here: async (config) => {
      const { quarantineCommand } = await import("./quarantine.ts");
      return quarantineCommand(config, action);
    },
  });
}

export async function token(options: TokenOptions, flags: MaintenanceFlags): Promise<number> {
  const { action, name, scopes, days } = options;
  return await run(flags, "token", {
    args: [
      ...scopes.map((scope) => `--scope=${scope}`),
      ...(days === undefined ? [] : [`--days=${days}`]),
      "--",
      action,
      ...(name === undefined ? [] : [name]),
    ],
    here: async (config) => {
      const { tokenCommand } = await import("./token.ts");
      return await tokenCommand(config, options);
    },
  });
}

export async function optOut(options: OptOutOptions, flags: MaintenanceFlags): Promise<number> {
  const { action, kind, name, stored } = options;
  return await run(flags, "opt-out", {
    args: [
      ...(stored === "deleted" ? ["--delete"] : []),
      "--",
      action,
      ...(kind === undefined ? [] : [kind]),
      ...(name === undefined ? [] : [name]),
    ],
    here: async (config) => {
      const { optOutCommand } = await import("./opt_out.ts");
      return await optOutCommand(config, options);
    },
  });
}

export async function doctor(flags: DoctorFlags): Promise<number> {
  const { repair = false, sample } = flags;
  return await run(flags, "doctor", {
    args: [...(repair ? ["--repair"] : []), ...(sample === undefined ? [] : [`--sample=${sample}`])],
    // If pages are damaged, the repair makes a new file beside the archive.
    writesFolder: repair,
    asksFreeSpace: repair,
    here: async (config) => {
      const { doctorCommand } = await import("./doctor.ts");
      return doctorCommand(config, { repair, sample });
    },
  });
}

export async function search(text: string, flags: SearchFlags): Promise<number> {
  const { format = "text", oldest = false, limit = Infinity, count = false } = flags;
  return await run(flags, "search", {
    args: [
      `--format=${format}`,
      ...(oldest ? ["--oldest"] : []),
      ...(limit < Infinity ? [`--limit=${limit}`] : []),
      ...(count ? ["--count"] : []),
      "--",
      text,
    ],
    here: async (config) => {
      const { searchCommand } = await import("./search.ts");
      return await searchCommand(config, text, { format, oldest, limit, count });
    },
  });
}

interface RunOptions {
  /** Defaults that replace those of the table. */
  presets?: Readonly<Record<string, string>>;
  /** The command's own arguments, for a launched process. */
  args?: string[];
  /** Files that these arguments name. */
  reads?: string[];
  writes?: string[];
  /** Whether it creates and renames files in the archive's folder. */
  writesFolder?: boolean;
  /** Whether it reads how much of the file system is free. */
  asksFreeSpace?: boolean;
  /** Runs the command in this process. */
  here(config: Config, settings: EffectiveSetting[]): Promise<number>;
}

/** Returns the exit status. */
async function run(
  flags: ServeFlags,
  command: LaunchedCommand,
  { presets, args = [], reads = [], writes, writesFolder, asksFreeSpace, here }: RunOptions,
): Promise<number> {
  if (flags.check) return checkSettings(flags, presets);
  const loaded = readConfig(flags, presets);
  if (!loaded) return EXIT_CONFIG;
  if (!flags.launch) return await here(loaded.config, loaded.effective);
  const { launch } = await import("../launch/launch.ts");
  return await launch(loaded.config, {
    command,
    args: [...settingArgs(flags), ...args, ...flags.watch ? ["--design"] : []],
    reads: [...loaded.reads, ...reads],
    writes,
    writesFolder,
    asksFreeSpace,
    watch: flags.watch,
  });
}
