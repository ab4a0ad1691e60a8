/**
 * Loads the settings from flags, the environment and an env file into a frozen {@link Config}, or lists all
 * problems.
 */
import { resolve } from "node:path";
import { dbPathProblem } from "./config/db_path.ts";
import {
  environmentLayer,
  fileLayer,
  flagLayer,
  type Given,
  type Layer,
  type Texts,
} from "./config/layers.ts";
import { echo, hidden, mayBeShown } from "./config/echo.ts";
import { HIDDEN, type Problem } from "./config/problem.ts";
import { readText } from "./config/read_text.ts";
import type { Config, Setting, Surroundings } from "./config/setting.ts";
import { SETTINGS } from "./config/settings.ts";

export { SETTING_NAMES } from "./config/layers.ts";
export { formatProblem, type Problem } from "./config/problem.ts";
export type { Config, LogFormat, LogLevel } from "./config/setting.ts";

export interface ConfigSources extends Surroundings {
  /** The environment variables that may be read. */
  env: Texts;
  /** `config` is the path of an env file; the others are flags of settings. */
  flags: Texts;
  /** Defaults by name that replace those of the table. */
  presets?: Readonly<Record<string, string>>;
}

/** One line of `--check`. */
export interface EffectiveSetting {
  name: string;
  /** As text, secrets hidden; `undefined` = not set. */
  value?: string;
  from: string;
  /** What it is for, in one sentence. */
  about: string;
}

export type LoadedConfig =
  | {
    kind: "ready";
    config: Config;
    effective: EffectiveSetting[];
    /** Absolute paths of the files that were read: the env file, and files with secrets. */
    reads: string[];
  }
  | { kind: "wrong"; problems: Problem[] };

/** EX_CONFIG of sysexits.h. */
export const EXIT_CONFIG = 78;

/**
 * Flags override the environment, which overrides the env file, which overrides defaults. Empty values count
 * as not set.
 */
export function loadConfig({ env, flags, cwd, terminal, presets = {} }: ConfigSources): LoadedConfig {
  const problems: Problem[] = [];
  const reads: string[] = flags.config === undefined ? [] : [resolve(cwd, flags.config)];
  const layers = [flagLayer(flags), environmentLayer(env, problems), fileLayer(flags.config, cwd, problems)];
  const values: Partial<Record<keyof Config, unknown>> = {};
  const effective: EffectiveSetting[] = [];

  for (const setting of SETTINGS) {
    const given = find(setting, layers, cwd, problems) ?? preset(setting, presets);
    if (given === "unreadable") {
      effective.push({ name: setting.name, from: "unreadable", about: setting.about });
      continue;
    }
    if (given?.file) reads.push(given.file);
    effective.push({
      name: setting.name,
      value: show(setting, given?.text),
      from: given?.from ?? "not set",
      about: setting.about,
    });
    if (given === undefined) continue;
    const value = setting.parse(given.text, { cwd, terminal });
    const expected = `expected ${setting.expected}`;
    if (value === undefined) {
      const met = setting.secret ? hidden(given.text) : echo(given.text, setting.form ?? "word");
      const where = setting.where?.(given.text);
      const message = where === undefined ? expected : `${where}; ${expected}`;
      problems.push({ name: setting.name, met, from: given.from, message });
      continue;
    }
    values[setting.field] = value;
    const trouble = setting.field === "dbPath"
      ? dbPathProblem(value as string, mayBeShown(given.text, "path"))
      : undefined;
    if (trouble) {
      problems.push({
        name: setting.name,
        met: echo(given.text, "path"),
        from: given.from,
        message: `${trouble}; ${expected}`,
      });
    }
  }

  checkCredentials(effective, problems);
  checkReadAccess(values as Partial<Config>, problems);
  if (problems.length > 0) return { kind: "wrong", problems };
  for (const value of Object.values(values)) Object.freeze(value);
  return { kind: "ready", config: Object.freeze(values as unknown as Config), effective, reads };
}

/** Returns the values of all secrets, for the log to hide. */
export function secretsOf(config: Config): string[] {
  return SETTINGS.flatMap(({ secret, field }) => {
    const value = secret ? config[field] : undefined;
    return typeof value === "string" ? [value] : [];
  });
}

/**
 * The setting's text from the first layer that has it, directly or by NAME_FILE. Adds problems to `problems`.
 */
function find(
  setting: Setting,
  layers: Layer[],
  cwd: string,
  problems: Problem[],
): Given | "unreadable" | undefined {
  const { name, secret } = setting;
  for (const layer of layers) {
    const direct = layer.get(name);
    const file = secret ? layer.get(`${name}_FILE`) : undefined;
    if (direct && file) {
      problems.push({
        name,
        from: direct.from,
        message: `${name}_FILE is set too; set only one of the two`,
      });
    }
    if (direct) return { text: secret ? direct.text : direct.text.trim(), from: direct.from };
    if (!file) continue;
    const path = resolve(cwd, file.text);
    const read = readText(path, mayBeShown(file.text, "path"));
    const text = read instanceof Error ? "" : withoutLineEnds(read);
    const trouble = read instanceof Error
      ? read.message
      : /[\r\n]/.test(text)
      ? "the file has several lines"
      : undefined;
    if (trouble !== undefined) {
      problems.push({
        name: `${name}_FILE`,
        met: echo(file.text, "path"),
        from: file.from,
        message: `${trouble}; expected the path of a file that contains the secret on one line`,
      });
      return "unreadable";
    }
    return { text, from: `${name}_FILE, ${file.from}`, file: path };
  }
}

function preset({ name, preset }: Setting, presets: Readonly<Record<string, string>>): Given | undefined {
  const text = presets[name] ?? preset;
  return text === undefined ? undefined : { text, from: "default" };
}

function checkCredentials(effective: EffectiveSetting[], problems: Problem[]): void {
  const isSet = (name: string) =>
    effective.some((setting) => setting.name === name && setting.from !== "not set");
  const pair = ["TWITCH_USERNAME", "TWITCH_OAUTH_TOKEN"] as const;
  for (const [name, other] of [pair, [pair[1], pair[0]] as const]) {
    if (isSet(name) || !isSet(other)) continue;
    problems.push({
      name,
      message: `is not set, but ${other} is; set both, or neither for an anonymous login`,
    });
  }
}

/** Otherwise nobody could log in. A password that is set but wrong is a problem of its own. */
function checkReadAccess(values: Partial<Config>, problems: Problem[]): void {
  if (values.readAccess !== "password" || values.adminPassword !== undefined) return;
  if (problems.some(({ name }) => name.startsWith("ADMIN_PASSWORD"))) return;
  problems.push({
    name: "ADMIN_PASSWORD",
    message: "is not set, but READ_ACCESS is password; set both, or READ_ACCESS to open or token",
  });
}

function show({ secret }: Setting, text: string | undefined): string | undefined {
  return text === undefined ? undefined : secret ? HIDDEN : text;
}

function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n" || text[end - 1] === "\r") end--;
  return text.slice(0, end);
}
