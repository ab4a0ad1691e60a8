/** What the serving process may touch: exactly what its settings imply, as Deno's flags. */
import { formatAddress, historyHost } from "../config/address.ts";
import type { Config } from "../config.ts";

export interface Scope {
  config: Config;
  /** Where `config.dbPath` leads to, if that is elsewhere. */
  realDbPath?: string;
  /** The project's folder, absolute. */
  root: string;
  /** Names of the environment that may be read. Every other looks as if it were not set. */
  envNames: readonly string[];
  /** Files that are read beside the project's own: the env file, files of secrets, a replay. Absolute. */
  reads: readonly string[];
  /** The stand-in for Twitch listens on a free port of loopback, so all of loopback is open. */
  standIn: boolean;
}

/**
 * The archive's lock, what SQLite puts beside the file, and what waits there while it cannot be written. The engine
 * itself is not held to permissions, but our `stat` is.
 */
const BESIDE_THE_FILE = ["", "-wal", "-shm", "-journal", "-spool", "-unnoted", "-unnoted-new", ".lock"];

/**
 * The project's folders that are read while it runs: the pages' files, and the modules of Workers, which unlike those
 * of the main thread are held to permissions (migrations are modules of the writer's).
 */
const READ_FOLDERS = ["static", "migrations", "src"];

/**
 * The permission flags, in a fixed order. A path with a comma cannot be named, as Deno splits its lists there: such a
 * path throws a RangeError.
 */
export function permissionFlags({ config, realDbPath, root, envNames, reads, standIn }: Scope): string[] {
  const archive = archiveFiles(config.dbPath, realDbPath);
  return [
    "--no-prompt",
    `--allow-net=${list(hosts(config, standIn))}`,
    `--allow-read=${list([...readFolders(root), ...archive, ...reads])}`,
    `--allow-write=${list(archive)}`,
    `--allow-env=${list(envNames)}`,
    // Libraries look for NO_COLOR, NODE_ENV and the like: unset, instead of an exception.
    "--ignore-env",
  ];
}

/** Commands that take care of the archive's file reach no network. */
export interface CareScope extends Omit<Scope, "standIn"> {
  /** Files and folders that are written beside the archive. Absolute. */
  writes: readonly string[];
}

/** The permission flags of such a command. Throws like {@link permissionFlags}. */
export function careFlags({ config, realDbPath, root, envNames, reads, writes }: CareScope): string[] {
  const files = [...archiveFiles(config.dbPath, realDbPath), ...writes];
  return [
    "--no-prompt",
    `--allow-read=${list([...readFolders(root), ...files, ...reads])}`,
    `--allow-write=${list(files)}`,
    `--allow-env=${list(envNames)}`,
    "--ignore-env",
  ];
}

function archiveFiles(dbPath: string, realDbPath = dbPath): string[] {
  return [dbPath, realDbPath].flatMap((path) => BESIDE_THE_FILE.map((suffix) => path + suffix));
}

function readFolders(root: string): string[] {
  return READ_FOLDERS.map((folder) => `${root}/${folder}`);
}

function hosts({ irc, http, historyUrl }: Config, standIn: boolean): string[] {
  const listen = formatAddress(http);
  if (standIn) return http.hostname === "127.0.0.1" ? ["127.0.0.1"] : ["127.0.0.1", listen];
  return [formatAddress(irc), ...(historyUrl === undefined ? [] : [historyHost(historyUrl)]), listen];
}

function list(values: readonly string[]): string {
  const wrong = values.find((value) => value.includes(","));
  if (wrong !== undefined) {
    throw new RangeError(`cannot grant ${wrong}: Deno splits its permission lists at commas`);
  }
  return [...new Set(values)].join(",");
}
