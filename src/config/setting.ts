/** The type of a setting, the resulting configuration, and parsers that several settings share. */
import type { IrcAddress, ListenAddress } from "./address.ts";
import type { ChosenService } from "../emotes/services.ts";
import type { ValueForm } from "./echo.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];
export type LogFormat = "text" | "json";

/** The validated settings, frozen. Plain data: it can be sent to a Worker. */
export interface Config {
  /** Lower-case login of the account; set if and only if `oauthToken` is. */
  readonly username?: string;
  /** Without its `oauth:` prefix. */
  readonly oauthToken?: string;
  /** Logins to add and enable at the start. */
  readonly channels: readonly string[];
  readonly irc: Readonly<IrcAddress>;
  /** 1 to 2000. */
  readonly joinsPer10s: number;
  /** Logins that a second, anonymous reader reads too. */
  readonly secondReader: "all" | readonly string[];
  /** Events per minute; at least 1. */
  readonly busyPerMinute: number;
  /** URL of a recent-messages service, with `{login}` for the channel's login. */
  readonly historyUrl?: string;
  /** Sent to that service as a bearer token. */
  readonly historyToken?: string;
  /** Absolute. */
  readonly dbPath: string;
  readonly http: Readonly<ListenAddress>;
  /** 32 to 100000. */
  readonly httpMaxConnections: number;
  /** Addresses and CIDR ranges that `parseIpRange` accepts. */
  readonly trustedProxies: readonly string[];
  /** Megabytes; 0 = no overflow file. */
  readonly overflowMaxMb: number;
  readonly sqliteSynchronous: "normal" | "full";
  /** At least {@link MIN_PASSWORD_LENGTH} characters. */
  readonly adminPassword?: string;
  /** At least {@link MIN_METRICS_TOKEN_LENGTH} characters of a bearer token. */
  readonly metricsToken?: string;
  /** Who may read: everybody, or those with the password or a token. */
  readonly readAccess: "open" | "password" | "token";
  /** Requests a minute of one client; 0 = unlimited. */
  readonly rateLimit: number;
  /** Who may read the text of messages that moderators removed. */
  readonly showDeleted: "everyone" | "managers" | "nobody";
  /** The services of emotes, each once. */
  readonly emoteServices: readonly ChosenService[];
  /** Megabytes; 0 = pictures are not kept. */
  readonly emoteCacheMb: number;
  /** `host:port`, lower case. */
  readonly webhookHosts: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export const MIN_PASSWORD_LENGTH = 8;

/** Long enough that guesses need no throttling. */
export const MIN_METRICS_TOKEN_LENGTH = 16;

export interface Setting<Field extends keyof Config = keyof Config> {
  name: string;
  /** The name in earlier versions, still accepted in the environment and in env files. */
  formerName?: string;
  field: Field;
  /** The flag that also sets it, without dashes. */
  flag?: string;
  /** The default as text; `undefined` = not set. */
  preset?: string;
  secret: boolean;
  /** One sentence for the README and `--help`. */
  about: string;
  /** Completes "expected …" in errors. */
  expected: string;
  /** The form in which an error may show an invalid value; default: a word. */
  form?: ValueForm;
  /** Says which part of an invalid value is invalid, without repeating it. */
  where?(text: string): string | undefined;
  /** Parses trimmed, non-empty text. Returns `undefined` if it is invalid. */
  parse(text: string, base: Surroundings): Config[Field] | undefined;
}

/** The context in which values are parsed. */
export interface Surroundings {
  /** The folder to which relative paths are relative. */
  cwd: string;
  /** Whether the log goes to a terminal. */
  terminal: boolean;
}

/** Checks that `parse` returns the type of `field`, then erases the type parameter. */
export function setting<Field extends keyof Config>(entry: Setting<Field>): Setting {
  return entry as unknown as Setting;
}

/**
 * Names the first invalid entry of a list by its position; `undefined` if there is none or only one entry.
 */
export function firstWrong(text: string, isValid: (entry: string) => boolean): string | undefined {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  const at = entries.findIndex((entry) => !isValid(entry));
  return at < 0 || entries.length === 1 ? undefined : `entry ${at + 1} of ${entries.length} is invalid`;
}

export function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text.toLowerCase());
}

/** Parses a number of at most seven digits from `min` to `max`, both included. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}
