/** The sources of settings as layers: flags, the environment, an env file. */
import { resolve } from "node:path";
import { echo, echoName, mayBeShown } from "./echo.ts";
import { parseEnvFile } from "./env_file.ts";
import { nearestName } from "./nearest_name.ts";
import type { Problem } from "./problem.ts";
import { readText } from "./read_text.ts";
import { SETTINGS } from "./settings.ts";

/** All names that the environment or an env file can set. */
export const SETTING_NAMES: readonly string[] = SETTINGS.flatMap(({ name, formerName, secret }) => [
  name,
  ...secret ? [`${name}_FILE`] : [],
  ...formerName === undefined ? [] : [formerName],
]);

/** Current names by former names. */
const RENAMED = new Map(SETTINGS.map(({ name, formerName }) => [formerName, name]));

/** Raw values by name, from the environment or from flags. */
export type Texts = Readonly<Record<string, string | undefined>>;

export interface Given {
  text: string;
  from: string;
  /** The former name, if the setting was given by it. */
  formerName?: string;
  /** Absolute path of the file that contains it. */
  file?: string;
}

/** By the name of the setting, or by NAME_FILE. */
export type Layer = Map<string, Given>;

export function flagLayer(flags: Texts): Layer {
  const layer: Layer = new Map();
  for (const { name, flag } of SETTINGS) {
    const text = flag === undefined ? undefined : flags[flag];
    if (text !== undefined) layer.set(name, { text, from: `--${flag}` });
  }
  return layer;
}

export function environmentLayer(
  env: Texts,
  problems: Problem[],
): Layer {
  const layer: Layer = new Map();
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === "") continue;
    if (SETTING_NAMES.includes(name)) give(layer, name, { text, from: "environment" }, problems);
    else if (isMisspeltSetting(name)) problems.push(unknownName(name, "environment"));
  }
  return layer;
}

export function fileLayer(path: string | undefined, cwd: string, problems: Problem[]): Layer {
  const layer: Layer = new Map();
  if (path === undefined) return layer;
  const text = readText(resolve(cwd, path), mayBeShown(path, "path"));
  if (text instanceof Error) {
    problems.push({
      name: "--config",
      met: echo(path, "path"),
      message: `${text.message}; expected the path of an env file`,
    });
    return layer;
  }
  const { entries, errors } = parseEnvFile(text);
  for (const { line, message } of errors) problems.push({ name: `${path}:${line}`, message });
  for (const { name, value, line } of entries) {
    const from = `${path}:${line}`;
    if (!SETTING_NAMES.includes(name)) problems.push(unknownName(name, from));
    else if (value !== "") give(layer, name, { text: value, from }, problems);
  }
  return layer;
}

/** Adds a setting, also by its former name. Both names in one layer are a problem. */
function give(layer: Layer, name: string, { text, from }: Given, problems: Problem[]): void {
  const present = RENAMED.get(name) ?? name;
  const other = layer.get(present);
  const otherName = other && (other.formerName ?? present);
  if (otherName !== undefined && otherName !== name) {
    problems.push({ name, from, message: `${otherName} is set too; set only one of the two` });
  }
  if (present === name) layer.set(name, { text, from });
  else layer.set(present, { text, from: `${from}, as ${name}`, formerName: name });
}

/**
 * Whether an unknown environment variable is a misspelt setting. `TWITCH_` and `SQLITE_` always are, except
 * the two that SQLite itself reads. `DB_…`, `HTTP_…`, `LOG_…` and `ADMIN_…` may belong to other programs
 * (HTTP_PROXY): of those, only names that extend or shorten a setting, or nearly equal one, count.
 */
function isMisspeltSetting(name: string): boolean {
  if (name === "SQLITE_TMPDIR" || name === "SQLITE_HISTORY") return false;
  if (/^(?:TWITCH|SQLITE)_/.test(name)) return true;
  return /^(?:DB|HTTP|LOG|ADMIN)_[A-Z]{3}/.test(name) && meant(name, 1 / 7) !== undefined;
}

function unknownName(name: string, from: string): Problem {
  const near = meant(name, 1 / 3);
  return {
    name: near ? name : echoName(name),
    from,
    message: `there is no such setting${near ? `; did you mean ${near}?` : ""}`,
  };
}

/**
 * The setting that `name` extends or shortens, or else the nearest with at most this many edits per letter.
 */
function meant(name: string, share: number): string | undefined {
  const cut = SETTING_NAMES.find((known) => known.startsWith(name) || name.startsWith(known));
  if (cut) return cut;
  const near = nearestName(name, SETTING_NAMES);
  return near.edits <= near.name.length * share ? near.name : undefined;
}
