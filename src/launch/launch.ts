/** The launcher: works out which permissions the settings imply, and runs a command with exactly those. */
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, EXIT_CONFIG, SETTING_NAMES } from "../config.ts";
import { careFlags, permissionFlags } from "./permissions.ts";
import { runChild } from "./run_child.ts";
import { shellQuote } from "./shell_quote.ts";

/** What serves, and what takes care of the archive's file. */
export type LaunchedCommand = "serve" | "demo" | "backup" | "restore" | "doctor" | "quarantine";

export interface LaunchOptions {
  command: LaunchedCommand;
  /** The command's own arguments. Secrets are never among them: they stay in the environment or in their file. */
  args: readonly string[];
  /** Files that the command reads because of its settings or flags. */
  reads: readonly string[];
  /** Files and folders that it writes beside the archive's own; only of commands that do not serve. */
  writes?: readonly string[];
  /** It makes and renames files in the archive's folder. */
  writesFolder?: boolean;
  /** Start again when a source changes. */
  watch?: boolean;
}

/**
 * How V8 keeps its heaps, of which each of five threads has one (tests/bench/README.md, Memory). What is new may pile up
 * to 8 MiB: with twice as much the whole is 45 MiB larger, and hardly faster. A heap is collected once it has grown by a
 * third, so that a quiet thread lets less lie. And it is collected by its own thread: helpers that join in take the cores
 * from the others, which under full load was a fifth of all they had.
 */
export const V8_FLAGS: readonly string[] = [
  "--max-semi-space-size=8",
  "--max-old-space-size=1024",
  "--heap-growing-percent=30",
  "--single-threaded-gc",
];

/**
 * What is added to the environment. glibc gives every thread a heap of its own, each with the gaps of its busiest moment;
 * and the pages of SQLite's cache, which is one for all connections, move from the writer's heap into those of the readers,
 * minute by minute, and leave more gaps. So all threads have one (tests/bench/README.md, Memory). Other systems do not
 * heed it.
 */
export const ADDED_ENV: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: "1" };

/** Runs the command in a process of its own and yields its exit status. */
export async function launch(config: Config, options: LaunchOptions): Promise<number> {
  let args: string[];
  try {
    args = denoArgs(config, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    return EXIT_CONFIG;
  }
  console.error(`$ ${shellQuote(["deno", ...args])}`);
  return await runChild(args, ADDED_ENV);
}

/** What `deno` is to be started with. @throws {RangeError} where a path cannot be granted */
export function denoArgs(config: Config, options: LaunchOptions): string[] {
  const { command, args, reads, writes = [], writesFolder = false, watch = false } = options;
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
  const permissions = serves ? permissionFlags({ ...scope, standIn: command === "demo" }) : careFlags({
    ...scope,
    writes: [...writes.map((path) => resolve(path)), ...(writesFolder ? [dirname(realDbPath)] : [])],
  });
  return [
    "run",
    // Files for the browser are read at the start.
    ...(watch ? [`--watch=${root}/static`] : []),
    "--cached-only",
    "--frozen",
    `--config=${root}/deno.json`,
    ...(serves ? [`--v8-flags=${V8_FLAGS.join(",")}`] : []),
    ...permissions,
    `${root}/main.ts`,
    command,
    ...(serves ? ["--stop-on-stdin-end"] : []),
    ...args,
  ];
}

/** Where a path leads to when its links are followed; the file need not be there. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return join(Deno.realPathSync(dirname(path)), basename(path));
  }
}
