/** Where settings are given: flags, the environment, an env file. */
import { resolve } from "node:path";
import { echo, echoName, mayBeShown } from "./echo.ts";
import { parseEnvFile } from "./env_file.ts";
import { nearestName } from "./nearest_name.ts";
import type { Problem } from "./problem.ts";
import { readText } from "./read_text.ts";
import { SETTINGS } from "./settings.ts";

/** Every name that may be set in the environment or in an env file. */
export const SETTING_NAMES: readonly string[] = SETTINGS.flatMap(({ name, formerName, secret }) => [
  name,
  ...secret ? [`${name}_FILE`] : [],
  ...formerName === undefined ? [] : [formerName],
]);

/** Present names by former ones. */
const RENAMED = new Map(SETTINGS.map(({ name, formerName }) => [formerName, name]));

/** Texts by name, as the environment and flags have them. */
export type Texts = Readonly<Record<string, string | undefined>>;

export interface Given {
  text: string;
  from: string;
  /** The name under which it was given, where that is a former one. */
  formerName?: string;
  /** The file that held it, absolute. */
  file?: string;
}

/** By the name of the setting, or by its NAME_FILE. */
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
    else if (isSurelyMeantForUs(name)) problems.push(unknownName(name, "environment"));
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
      message: `${text.message}; it takes the path of an env file`,
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

/** A setting may be given by its former name, but not by both names in one place. */
function give(layer: Layer, name: string, { text, from }: Given, problems: Problem[]): void {
  const present = RENAMED.get(name) ?? name;
  const other = layer.get(present);
  const otherName = other && (other.formerName ?? present);
  if (otherName !== undefined && otherName !== name) {
    problems.push({ name, from, message: `${otherName} is set too; it takes one of the two` });
  }
  if (present === name) layer.set(name, { text, from });
  else layer.set(present, { text, from: `${from}, as ${name}`, formerName: name });
}

/**
 * Whether an unknown variable of the environment is a mistake of ours to report. `TWITCH_` and `SQLITE_` are ours
 * (but for what SQLite itself reads); `DB_…`, `HTTP_…`, `LOG_…` and `ADMIN_…` may be anybody's, such as HTTP_PROXY,
 * so there only what is a slip away from one of our names, or adds to one or cuts one short, counts.
 */
function isSurelyMeantForUs(name: string): boolean {
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

/** The setting that `name` adds to or cuts short, or the nearest with at most this share of slips. */
function meant(name: string, share: number): string | undefined {
  const cut = SETTING_NAMES.find((known) => known.startsWith(name) || name.startsWith(known));
  if (cut) return cut;
  const near = nearestName(name, SETTING_NAMES);
  return near.slips <= near.name.length * share ? near.name : undefined;
}
