/** Deno's permission flags for a process: exactly what its settings need. */
import { serviceOrigins } from "../emotes/services.ts";
import { formatAddress, historyHost, hostOf } from "../config/address.ts";
import type { Config } from "../config.ts";
import { parseIp } from "../web/access/ip_address.ts";

export interface Scope {
  config: Config;
  /** `config.dbPath` with symbolic links resolved, if it differs. */
  realDbPath?: string;
  /** Absolute path of the project's folder. */
  root: string;
  /** Environment variables that may be read. All others appear unset. */
  envNames: readonly string[];
  /** Absolute paths of further files to read: the env file, files with secrets, a replay. */
  reads: readonly string[];
  /** With the stand-in for Twitch, which listens on any free port, all of 127.0.0.1 is permitted. */
  standIn: boolean;
}

/**
 * Suffixes of the archive's files: SQLite's, the lock, and the files that hold messages and coverage while
 * the archive cannot be written. Deno does not apply permissions to SQLite, but it does to our `stat`.
 */
const BESIDE_THE_FILE = ["", "-wal", "-shm", "-journal", "-spool", "-unnoted", "-unnoted-new", ".lock"];

/**
 * The project's folders that the process reads: the pages' files, and the modules of Workers, which unlike
 * those of the main thread need permission (migrations are modules of the writer).
 */
const READ_FOLDERS = ["static", "migrations", "src"];

/**
 * Returns the permission flags of a serving process, in a fixed order.
 * @throws {RangeError} for a path with a comma, at which Deno splits its lists
 */
export function permissionFlags({ config, realDbPath, root, envNames, reads, standIn }: Scope): string[] {
  const archive = archiveFiles(config.dbPath, realDbPath);
  return [
    "--no-prompt",
    `--allow-net=${list(hosts(config, standIn))}`,
    `--allow-read=${list([...readFolders(root), ...archive, ...reads])}`,
    `--allow-write=${list(archive)}`,
    `--allow-env=${list(envNames)}`,
    // For the free space in `/metrics`.
    "--allow-sys=statfs",
    // Libraries read NO_COLOR, NODE_ENV and others: they get "unset" instead of an exception.
    "--ignore-env",
  ];
}

/** Maintenance commands have no network access. */
export interface MaintenanceScope extends Omit<Scope, "standIn"> {
  /** Absolute paths of files and folders to write in addition to the archive's. */
  writes: readonly string[];
  /** Whether it reads how much of the file system is free. */
  asksFreeSpace?: boolean;
}

/** Returns the permission flags of a maintenance command. @throws like {@link permissionFlags} */
export function maintenanceFlags(scope: MaintenanceScope): string[] {
  const { config, realDbPath, root, envNames, reads, writes, asksFreeSpace = false } = scope;
  const files = [...archiveFiles(config.dbPath, realDbPath), ...writes];
  return [
    "--no-prompt",
    `--allow-read=${list([...readFolders(root), ...files, ...reads])}`,
    `--allow-write=${list(files)}`,
    `--allow-env=${list(envNames)}`,
    ...(asksFreeSpace ? ["--allow-sys=statfs"] : []),
    "--ignore-env",
  ];
}

function archiveFiles(dbPath: string, realDbPath = dbPath): string[] {
  return [dbPath, realDbPath].flatMap((path) => BESIDE_THE_FILE.map((suffix) => path + suffix));
}

function readFolders(root: string): string[] {
  return READ_FOLDERS.map((folder) => `${root}/${folder}`);
}

function hosts(config: Config, standIn: boolean): string[] {
  const { irc, http, historyUrl } = config;
  const listen = formatAddress(http);
  if (standIn) return http.hostname === "127.0.0.1" ? ["127.0.0.1"] : ["127.0.0.1", listen];
  const services = serviceOrigins(config.emoteServices, config.emoteCacheMb > 0).map(hostOf);
  return [
    formatAddress(irc),
    ...(historyUrl === undefined ? [] : [historyHost(historyUrl)]),
    ...services,
    ...config.webhookHosts.flatMap(withName),
    listen,
  ];
}

/** A name is also looked up, to see that it leads to no local network; that needs a permission without a port. */
function withName(host: string): string[] {
  const name = host.slice(0, host.lastIndexOf(":"));
  return parseIp(name.replace(/^\[|\]$/g, "")) ? [host] : [host, name];
}

function list(values: readonly string[]): string {
  const wrong = values.find((value) => value.includes(","));
  if (wrong !== undefined) {
    throw new RangeError(`cannot permit ${wrong}: Deno splits its permission lists at commas`);
  }
  return [...new Set(values)].join(",");
}
