/** The launcher: runs a command in a process with exactly the permissions that its settings need. */
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, EXIT_CONFIG, SETTING_NAMES } from "../config.ts";
import { maintenanceFlags, permissionFlags } from "./permissions.ts";
import { runChild } from "./run_child.ts";
import { shellQuote } from "./shell_quote.ts";

/** Commands that serve pages, and commands that maintain the archive's file. */
export type LaunchedCommand =
  | "serve"
  | "demo"
  | "backup"
  | "restore"
  | "doctor"
  | "quarantine"
  | "search"
  | "token"
  | "opt-out";

export interface LaunchOptions {
  command: LaunchedCommand;
  /** The command's own arguments. They contain no secrets: these stay in the environment or in their file. */
  args: readonly string[];
  /** Files named by settings or flags, which the command reads. */
  reads: readonly string[];
  /** Files and folders that it writes in addition to the archive's; only for maintenance commands. */
  writes?: readonly string[];
  /** Whether it creates and renames files in the archive's folder. */
  writesFolder?: boolean;
  /** Whether it reads how much of the file system is free. */
  asksFreeSpace?: boolean;
  /** Restart when a source changes. */
  watch?: boolean;
}

/**
 * V8 flags for the heaps of the five threads (tests/bench/README.md, Memory). The young generation has 8 MiB
 * semi-spaces: 16 MiB makes the process 45 MiB larger and hardly faster. A heap is collected when it has
 * grown by 30 %, so a quiet thread keeps less garbage. Each thread collects its own heap: under full load,
 * V8's helper threads took a fifth of the CPU time from the other threads.
 */
export const V8_FLAGS: readonly string[] = [
  "--max-semi-space-size=8",
  "--max-old-space-size=1024",
  "--heap-growing-percent=30",
  "--single-threaded-gc",
];

/**
 * Variables added to the environment. By default glibc gives every thread its own malloc arena, and each
 * arena keeps the fragmentation of its busiest moment. Pages of SQLite's shared cache also move from the
 * writer's arena to those of the readers, which fragments them further. With one arena, memory stays flat
 * (tests/bench/README.md, Memory). Systems without glibc ignore it.
 */
export const ADDED_ENV: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: "1" };

/** Commands that are asked for their answer, many times a day: they do not say how they run. */
const ANSWERS: readonly LaunchedCommand[] = ["search", "token", "opt-out"];

/** Runs the command in its own process and returns its exit status. */
export async function launch(config: Config, options: LaunchOptions): Promise<number> {
  let args: string[];
  try {
    args = denoArgs(config, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    return EXIT_CONFIG;
  }
  if (!ANSWERS.includes(options.command)) console.error(`$ ${shellQuote(["deno", ...args])}`);
  return await runChild(args, ADDED_ENV);
}

/** Returns the arguments for `deno`. @throws {RangeError} if a path cannot be permitted */
export function denoArgs(config: Config, options: LaunchOptions): string[] {
  const { command, args, reads, writes = [], writesFolder = false, asksFreeSpace, watch = false } = options;
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
  const realDbPath = realPath(config.dbPath);
  const scope = {
    config,
    realDbPath,
    root,
    envNames: SETTING_NAMES,
    reads: reads.map((path) => resolve(path)),
  };
  const serves = command === "serve" || command === "demo";
  const permissions = serves ? permissionFlags({ ...scope, standIn: command === "demo" }) : maintenanceFlags({
    ...scope,
    writes: [...writes.map((path) => resolve(path)), ...(writesFolder ? [dirname(realDbPath)] : [])],
    asksFreeSpace,
  });
  return [
    "run",
    // The program reads files for the browser at the start only.
    ...(watch ? [`--watch=${root}/static`] : []),
    "--cached-only",
    "--frozen",
    // The packages are there, as this process needed them to start: checking them again takes 0.2 s.
    "--node-modules-dir=manual",
    `--config=${root}/deno.json`,
    ...(serves ? [`--v8-flags=${V8_FLAGS.join(",")}`] : []),
    ...permissions,
    `${root}/main.ts`,
    command,
    ...(serves ? ["--stop-on-stdin-end"] : []),
    ...args,
  ];
}

/** Resolves symbolic links. The file need not exist, but its folder must. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return join(Deno.realPathSync(dirname(path)), basename(path));
  }
}
