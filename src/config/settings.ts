/** The one table of settings: names, flags, defaults, and what each accepts. README and `--help` are held to it. */
import { resolve } from "node:path";
import { isLogin, parseChannelNames } from "../chat/channel_name.ts";
import {
  type IrcAddress,
  type ListenAddress,
  parseHistoryUrl,
  parseIrcAddress,
  parseListenAddress,
} from "./address.ts";

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
  /** 0 = no spool. */
  readonly spoolMaxMb: number;
  readonly sqliteSynchronous: "normal" | "full";
  /** At least {@link LEAST_PASSWORD_LENGTH} characters. */
  readonly adminPassword?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export const LEAST_PASSWORD_LENGTH = 8;

export interface Setting<Field extends keyof Config = keyof Config> {
  name: string;
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

export const SETTINGS: readonly Setting[] = [
  setting({
    name: "TWITCH_USERNAME",
    field: "username",
    secret: false,
    about:
      "Login of the Twitch account to read with; without it the login is anonymous, which is enough to read.",
    right: "a Twitch login: 1 to 25 of a-z, 0-9 and _, not beginning with _",
    parse: (text) => (isLogin(text.toLowerCase()) ? text.toLowerCase() : undefined),
  }),
  setting({
    name: "TWITCH_OAUTH_TOKEN",
    field: "oauthToken",
    secret: true,
    about: "OAuth token of that account with the scope `chat:read`, with or without `oauth:` before it.",
    right: "letters and digits, with or without oauth: before them",
    parse: (text) => /^(?:oauth:)?([A-Za-z0-9_-]{8,200})$/.exec(text)?.[1],
  }),
  setting({
    name: "TWITCH_CHANNELS",
    field: "channels",
    preset: "",
    secret: false,
    about:
      "Channels to add and enable at the start, separated by commas or spaces; more can be added in the browser.",
    right: "channel names separated by commas or spaces",
    parse: (text) => {
      const { logins, wrong } = parseChannelNames(text);
      return wrong.length > 0 ? undefined : logins;
    },
  }),
  setting({
    name: "TWITCH_IRC_URL",
    field: "irc",
    preset: "ircs://irc.chat.twitch.tv:6697",
    secret: false,
    about: "Twitch's chat server, or something that speaks like it.",
    right:
      "ircs://host:port, or irc://host:port where the host is this machine (localhost, 127.0.0.1, [::1])",
    parse: parseIrcAddress,
  }),
  setting({
    name: "TWITCH_JOINS_PER_10S",
    field: "joinsPer10s",
    preset: "20",
    secret: false,
    about:
      "How many channels may be joined in 10 seconds: 20 by Twitch's rule, up to 2000 for verified accounts.",
    right: "a whole number from 1 to 2000",
    parse: (text) => {
      const joins = /^\d{1,4}$/.test(text) ? Number(text) : 0;
      return joins >= 1 && joins <= 2000 ? joins : undefined;
    },
  }),
  setting({
    name: "TWITCH_SECOND_READER",
    field: "secondReader",
    preset: "",
    secret: false,
    about:
      "Channels that a second, anonymous connection reads as well, or `all`: what one of the two misses, the other may have.",
    right: "all, or channel names separated by commas or spaces",
    parse: (text) => {
      if (text.toLowerCase() === "all") return "all";
      const { logins, wrong } = parseChannelNames(text);
      return wrong.length > 0 ? undefined : logins;
    },
  }),
  setting({
    name: "TWITCH_BUSY_PER_MINUTE",
    field: "busyPerMinute",
    preset: "1000",
    secret: false,
    about: "A channel with more messages in a minute than this gets a connection of its own.",
    right: "a whole number from 1 to 1000000",
    parse: (text) => {
      const rate = /^\d{1,7}$/.test(text) ? Number(text) : 0;
      return rate >= 1 && rate <= 1_000_000 ? rate : undefined;
    },
  }),
  setting({
    name: "HISTORY_URL",
    field: "historyUrl",
    secret: false,
    about:
      "A recent-messages service, or another Scrollback, that is asked for what was missed: `https://…/api/v2/recent-messages/{login}`.",
    right: "https://host/path with {login} in it, or http:// where the host is this machine",
    parse: parseHistoryUrl,
  }),
  setting({
    name: "DB_PATH",
    field: "dbPath",
    flag: "db-path",
    preset: "./twitch.db",
    secret: false,
    about: "The archive's file, made if it is not there; its folder must exist.",
    // Deno's permission lists are split at commas and know no escape (tried with 2.9.6).
    right: "a path without a comma, to a file in a folder that exists and may be written to",
    parse: (text, { cwd }) => (/[,\0]/.test(text) || text.endsWith("/") ? undefined : resolve(cwd, text)),
  }),
  setting({
    name: "HTTP_ADDR",
    field: "http",
    flag: "http-addr",
    preset: "127.0.0.1:8080",
    secret: false,
    about: "Address and port of the pages; `:8080` is every address of this machine, port 0 any free port.",
    right: "host:port with a port from 0 to 65535, such as 127.0.0.1:8080, [::1]:8080 or :8080",
    parse: parseListenAddress,
  }),
  setting({
    name: "SQLITE_SYNCHRONOUS",
    field: "sqliteSynchronous",
    preset: "normal",
    secret: false,
    about:
      "`full` waits for the disk at every batch and survives a power cut; `normal` may lose the last moments then.",
    right: "normal or full",
    parse: (text) => oneOf(["normal", "full"], text),
  }),
  setting({
    name: "SPOOL_MAX_MB",
    field: "spoolMaxMb",
    preset: "1024",
    secret: false,
    about:
      "How large the file beside the archive may grow that keeps messages while the archive cannot be written; 0 = none.",
    right: "a whole number of megabytes from 0 to 1000000",
    parse: (text) => {
      const megabytes = /^\d{1,7}$/.test(text) ? Number(text) : -1;
      return megabytes >= 0 && megabytes <= 1_000_000 ? megabytes : undefined;
    },
  }),
  setting({
    name: "ADMIN_PASSWORD",
    field: "adminPassword",
    secret: true,
    about:
      "Asked for before anything is changed; needed to manage channels when the pages are not on loopback.",
    right: `at least ${LEAST_PASSWORD_LENGTH} characters`,
    parse: (text) => ([...text].length >= LEAST_PASSWORD_LENGTH ? text : undefined),
  }),
  setting({
    name: "LOG_LEVEL",
    field: "logLevel",
    preset: "info",
    secret: false,
    about: "The least level that is logged: `debug`, `info`, `warn` or `error`.",
    right: LOG_LEVELS.join(", "),
    parse: (text) => oneOf(LOG_LEVELS, text),
  }),
  setting({
    name: "LOG_FORMAT",
    field: "logFormat",
    preset: "auto",
    secret: false,
    about: "`text` for reading, `json` for one object a line; `auto` is text on a terminal, json otherwise.",
    right: "auto, text or json",
    parse: (text, { terminal }) =>
      text === "auto" ? (terminal ? "text" : "json") : oneOf(["text", "json"], text),
  }),
];

/** Checks that `parse` yields what `field` holds, then forgets the difference. */
function setting<Field extends keyof Config>(entry: Setting<Field>): Setting {
  return entry as unknown as Setting;
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text.toLowerCase());
}
