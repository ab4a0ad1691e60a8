/** What a setting is, what all of them become, and what several of them parse with. */
import type { IrcAddress, ListenAddress } from "./address.ts";
import type { ValueForm } from "./echo.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];
export type LogFormat = "text" | "json";

/** What the program was told, checked and frozen. Plain data: it can be sent to a Worker. */
export interface Config {
  /** Lower-case login of the account; set exactly where `oauthToken` is. */
  readonly username?: string;
  /** Without its `oauth:` prefix. */
  readonly oauthToken?: string;
  /** Logins to add and enable at the start. */
  readonly channels: readonly string[];
  readonly irc: Readonly<IrcAddress>;
  /** 1 to 2000. */
  readonly joinsPer10s: number;
  /** What a second, anonymous reader listens to as well. */
  readonly secondReader: "all" | readonly string[];
  /** Events in a minute; at least 1. */
  readonly busyPerMinute: number;
  /** A recent-messages service, with `{login}` where the channel's goes. */
  readonly historyUrl?: string;
  /** Absolute. */
  readonly dbPath: string;
  readonly http: Readonly<ListenAddress>;
  /** 32 to 100000. */
  readonly httpMaxConnections: number;
  /** Addresses and CIDR ranges, each of which `parseIpRange` reads. */
  readonly trustedProxies: readonly string[];
  /** Megabytes; 0 = no overflow file. */
  readonly overflowMaxMb: number;
  readonly sqliteSynchronous: "normal" | "full";
  /** At least {@link MIN_PASSWORD_LENGTH} characters. */
  readonly adminPassword?: string;
  /** At least {@link MIN_METRICS_TOKEN_LENGTH} characters of a bearer token. */
  readonly metricsToken?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export const MIN_PASSWORD_LENGTH = 8;

/** Long enough that guessing need not be slowed down. */
export const MIN_METRICS_TOKEN_LENGTH = 16;

export interface Setting<Field extends keyof Config = keyof Config> {
  name: string;
  /** What it was called in earlier versions: still read from the environment and from env files. */
  formerName?: string;
  field: Field;
  /** The flag that also sets it, without its dashes. */
  flag?: string;
  /** As somebody would write it; `undefined` = not set. */
  preset?: string;
  secret: boolean;
  /** One sentence for the README and `--help`. */
  about: string;
  /** What would be right, told to somebody whose value was not. */
  right: string;
  /** What a value that is not right may look like and be repeated; a word unless said. */
  form?: ValueForm;
  /** Which part of a value is not right, without repeating it. */
  where?(text: string): string | undefined;
  /** Takes trimmed text, never empty; `undefined` where it is not right. */
  parse(text: string, base: Surroundings): Config[Field] | undefined;
}

/** What defaults and relative values are taken from. */
export interface Surroundings {
  /** The folder that relative paths begin at. */
  cwd: string;
  /** Whether the log goes to a terminal. */
  terminal: boolean;
}

/** Checks that `parse` yields what `field` holds, then forgets the difference. */
export function setting<Field extends keyof Config>(entry: Setting<Field>): Setting {
  return entry as unknown as Setting;
}

/** Says which entry of a list is the first that is not right. */
export function firstWrong(text: string, isRight: (entry: string) => boolean): string | undefined {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  const at = entries.findIndex((entry) => !isRight(entry));
  return at < 0 || entries.length === 1 ? undefined : `entry ${at + 1} of ${entries.length} is not right`;
}

export function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text.toLowerCase());
}

/** A number of at most seven digits within its bounds, both included. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}
