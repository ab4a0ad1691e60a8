/** Running each sub-command: its settings are checked, and then it is done here or in a launched process. */
import { type Config, EXIT_CONFIG } from "../config.ts";
import type { LaunchedCommand } from "../launch/launch.ts";
import { checkSettings, readConfig, settingArgs, type SettingFlags } from "./support/read_config.ts";

/** Of every command that takes care of the archive's file. */
export interface CareFlags extends SettingFlags {
  launch?: true;
}

/** Of every command that serves. */
export interface ServeFlags extends CareFlags {
  check?: true;
  watch?: true;
  stopOnStdinEnd?: true;
}

export interface DemoFlags extends ServeFlags {
  rate: number;
  replay?: string;
  speed: number;
}

export interface BackupFlags extends CareFlags {
  force?: true;
}

export interface DoctorFlags extends CareFlags {
  repair?: true;
  sample?: number | "all";
}

export async function serve(flags: ServeFlags): Promise<number> {
  const { stopOnStdinEnd = false } = flags;
  return await run(flags, "serve", {
    here: async (config) => {
      const { serve } = await import("./serve.ts");
      return await serve(config, { stopOnStdinEnd });
    },
  });
}

export async function demo(flags: DemoFlags): Promise<number> {
  const { stopOnStdinEnd = false, rate, replay, speed } = flags;
  return await run(flags, "demo", {
    presets: { DB_PATH: "./demo.db" },
    args: [
      `--rate=${rate}`,
      `--speed=${speed === Infinity ? "flat" : speed}`,
      ...(replay === undefined ? [] : [`--replay=${replay}`]),
    ],
    reads: replay === undefined ? [] : [replay],
    here: async (config) => {
      const { demo } = await import("./demo.ts");
      return await demo(config, { stopOnStdinEnd, rate, replay, speed });
    },
  });
}

export async function backup(to: string, flags: BackupFlags): Promise<number> {
  const { force = false } = flags;
  return await run(flags, "backup", {
    args: [...(force ? ["--force"] : []), to],
    // What SQLite may put beside a copy, and the copy until it is known to be good.
    writes: ["", "-wal", ".partial", ".partial-journal", ".partial-wal", ".partial-shm"].map((end) =>
      to + end
    ),
    here: async (config) => {
      const { backupCommand } = await import("./backup.ts");
      return await backupCommand(config, { to, force });
    },
  });
}

export async function restore(from: string, flags: CareFlags): Promise<number> {
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

export async function quarantine(action: "list" | "replay", flags: CareFlags): Promise<number> {
  return await run(flags, "quarantine", {
    args: [action],
    here: async (config) => {
      const { quarantineCommand } = await import("./quarantine.ts");
      return quarantineCommand(config, action);
    },
  });
}

export async function doctor(flags: DoctorFlags): Promise<number> {
  const { repair = false, sample } = flags;
  return await run(flags, "doctor", {
    args: [...(repair ? ["--repair"] : []), ...(sample === undefined ? [] : [`--sample=${sample}`])],
    here: async (config) => {
      const { doctorCommand } = await import("./doctor.ts");
      return doctorCommand(config, { repair, sample });
    },
  });
}

interface Running {
  /** Defaults that differ from the table's. */
  presets?: Readonly<Record<string, string>>;
  /** The command's own arguments, to be said again to a launched process. */
  args?: string[];
  /** The files that they name. */
  reads?: string[];
  writes?: string[];
  /** It makes and renames files in the archive's folder. */
  writesFolder?: boolean;
  /** Does it in this process. */
  here(config: Config): Promise<number>;
}

/** Yields the exit status. */
async function run(
  flags: ServeFlags,
  command: LaunchedCommand,
  { presets, args = [], reads = [], writes, writesFolder, here }: Running,
): Promise<number> {
  if (flags.check) return checkSettings(flags, presets);
  const loaded = readConfig(flags, presets);
  if (!loaded) return EXIT_CONFIG;
  if (!flags.launch) return await here(loaded.config);
  const { launch } = await import("../launch/launch.ts");
  return await launch(loaded.config, {
    command,
    args: [...settingArgs(flags), ...args],
    reads: [...loaded.reads, ...reads],
    writes,
    writesFolder,
    watch: flags.watch,
  });
}
