/**
 * The table of settings: names, flags, defaults, and accepted values. Tests compare the README and `--help`
 * with it.
 */
import { resolve } from "node:path";
import { isLogin, parseChannelNames } from "../chat/channel_name.ts";
import { parseIpRange } from "../web/access/ip_address.ts";
import { isToken } from "../web/access/token.ts";
import { parseHistoryUrl, parseHosts, parseIrcAddress, parseListenAddress } from "./address.ts";
import { parseEmoteServices } from "./emote_services.ts";
import {
  firstWrong,
  LOG_LEVELS,
  MIN_METRICS_TOKEN_LENGTH,
  MIN_PASSWORD_LENGTH,
  oneOf,
  type Setting,
  setting,
  wholeNumber,
} from "./setting.ts";

export const SETTINGS: readonly Setting[] = [
  setting({
    name: "TWITCH_USERNAME",
    field: "username",
    secret: false,
    about:
      "Login of the Twitch account to read with. Without it Scrollback reads anonymously, which is enough.",
    expected: "a Twitch login: 1 to 25 of a-z, 0-9 and _, not beginning with _",
    parse: (text) => (isLogin(text.toLowerCase()) ? text.toLowerCase() : undefined),
  }),
  setting({
    name: "TWITCH_OAUTH_TOKEN",
    field: "oauthToken",
    secret: true,
    about: "OAuth token of that account with the scope `chat:read`, with or without the prefix `oauth:`.",
    expected: "letters and digits, with or without oauth: before them",
    parse: (text) => /^(?:oauth:)?([A-Za-z0-9_-]{8,200})$/.exec(text)?.[1],
  }),
  setting({
    name: "TWITCH_CHANNELS",
    field: "channels",
    preset: "",
    secret: false,
    about:
      "Channels to add and enable at the start, separated by commas or spaces. You can add more in the browser.",
    expected: "channel names separated by commas or spaces",
    where: (text) => firstWrong(text, (name) => parseChannelNames(name).wrong.length === 0),
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
    about: "Address of Twitch's chat server, or of a compatible one.",
    expected:
      "ircs://host:port, or irc://host:port if the host is this machine (localhost, 127.0.0.1, [::1])",
    form: "url",
    parse: parseIrcAddress,
  }),
  setting({
    name: "TWITCH_JOINS_PER_10S",
    field: "joinsPer10s",
    preset: "20",
    secret: false,
    about: "Maximum number of JOINs in 10 seconds. Twitch allows 20, and verified accounts up to 2000.",
    expected: "a whole number from 1 to 2000",
    parse: (text) => wholeNumber(text, 1, 2000),
  }),
  setting({
    name: "TWITCH_SECOND_READER",
    field: "secondReader",
    preset: "",
    secret: false,
    about:
      "Channels to read over a second, anonymous connection too, or `all`. It may receive what the first one misses.",
    expected: "all, or channel names separated by commas or spaces",
    where: (text) => firstWrong(text, (name) => parseChannelNames(name).wrong.length === 0),
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
    about: "A channel with more messages per minute than this gets its own connection.",
    expected: "a whole number from 1 to 1000000",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
  }),
  setting({
    name: "HISTORY_URL",
    field: "historyUrl",
    secret: false,
    about:
      "Recent-messages service, or another Scrollback, to fill gaps from: `https://…/api/v2/recent-messages/{login}`.",
    expected: "https://host/path with {login} in it, or http:// if the host is this machine",
    form: "url",
    parse: parseHistoryUrl,
  }),
  setting({
    name: "HISTORY_TOKEN",
    field: "historyToken",
    secret: true,
    about: "Token with the scope `read` of that other Scrollback, if its `READ_ACCESS` is not `open`.",
    expected: "a token as deno task token create writes it: sbk_ and 43 characters",
    parse: (text) => (isToken(text) ? text : undefined),
  }),
  setting({
    name: "DB_PATH",
    field: "dbPath",
    flag: "db-path",
    preset: "./twitch.db",
    secret: false,
    about: "Path of the archive. The file is created if it is missing; its folder must exist.",
    form: "path",
    // Deno splits permission lists at commas and has no escape for them (tested with 2.9.6).
    expected: "a path without a comma, to a file in an existing, writable folder",
    parse: (text, { cwd }) => (/[,\0]/.test(text) || text.endsWith("/") ? undefined : resolve(cwd, text)),
  }),
  setting({
    name: "HTTP_ADDR",
    field: "http",
    flag: "http-addr",
    preset: "127.0.0.1:8080",
    secret: false,
    about: "Address and port of the pages. `:8080` listens on every IPv4 address, port 0 on any free port.",
    expected: "host:port with a port from 0 to 65535, such as 127.0.0.1:8080, [::1]:8080 or :8080",
    form: "address",
    parse: parseListenAddress,
  }),
  setting({
    name: "HTTP_MAX_CONNECTIONS",
    field: "httpMaxConnections",
    preset: "1024",
    secret: false,
    about: "Maximum number of open connections to the pages. Reduced if `ulimit -n` is low.",
    expected: "a whole number from 32 to 100000",
    parse: (text) => wholeNumber(text, 32, 100_000),
  }),
  setting({
    name: "TRUSTED_PROXIES",
    field: "trustedProxies",
    preset: "",
    secret: false,
    about: "Addresses and ranges of proxies whose forwarding headers are believed: `127.0.0.1, 10.0.0.0/8`.",
    where: (text) => firstWrong(text, (range) => parseIpRange(range) !== undefined),
    expected: "IP addresses and CIDR ranges (with host bits 0), separated by commas or spaces",
    parse: (text) => {
      const ranges = text.split(/[\s,]+/).filter((range) => range !== "");
      return ranges.every((range) => parseIpRange(range)) ? ranges : undefined;
    },
  }),
  setting({
    name: "SQLITE_SYNCHRONOUS",
    field: "sqliteSynchronous",
    preset: "normal",
    secret: false,
    about:
      "`full` syncs every batch to disk and survives a power failure. `normal` may lose the last moments before one.",
    expected: "normal or full",
    parse: (text) => oneOf(["normal", "full"], text),
  }),
  setting({
    name: "OVERFLOW_MAX_MB",
    formerName: "SPOOL_MAX_MB",
    field: "overflowMaxMb",
    preset: "1024",
    secret: false,
    about:
      "Maximum size of the overflow file, which keeps messages while the archive cannot be written. 0 disables it.",
    expected: "a whole number of megabytes from 0 to 1000000",
    parse: (text) => wholeNumber(text, 0, 1_000_000),
  }),
  setting({
    name: "ADMIN_PASSWORD",
    field: "adminPassword",
    secret: true,
    about: "Password for changing anything. Without it, pages that other machines can reach are read-only.",
    expected: `at least ${MIN_PASSWORD_LENGTH} characters`,
    parse: (text) => ([...text].length >= MIN_PASSWORD_LENGTH ? text : undefined),
  }),
  setting({
    name: "READ_ACCESS",
    field: "readAccess",
    preset: "open",
    secret: false,
    about:
      "Who may read: `open` is everybody, `password` people with a login or a token, `token` programs with a token.",
    expected: "open, password or token",
    parse: (text) => oneOf(["open", "password", "token"], text),
  }),
  setting({
    name: "RATE_LIMIT",
    field: "rateLimit",
    preset: "6000",
    secret: false,
    about: "Requests a minute of one address or token, far above what pages need. 0 is no limit.",
    expected: "a whole number from 0 to 1000000",
    parse: (text) => wholeNumber(text, 0, 1_000_000),
  }),
  setting({
    name: "METRICS_TOKEN",
    field: "metricsToken",
    secret: true,
    about:
      "Bearer token for `/metrics` and the reasons in `/readyz`. Without it anyone who can open the pages can read both.",
    expected: `at least ${MIN_METRICS_TOKEN_LENGTH} letters, digits and -._~+/=`,
    parse: (
      text,
    ) => (/^[\w.~+/=-]+$/.test(text) && text.length >= MIN_METRICS_TOKEN_LENGTH ? text : undefined),
  }),
  setting({
    name: "SHOW_DELETED",
    field: "showDeleted",
    preset: "everyone",
    secret: false,
    about: "Who may read the text of messages that moderators removed: `everyone`, `managers` or `nobody`.",
    expected: "everyone, managers or nobody",
    parse: (text) => oneOf(["everyone", "managers", "nobody"], text),
  }),
  setting({
    name: "EMOTE_SETS",
    field: "emoteServices",
    preset: "",
    secret: false,
    about:
      "Services whose emotes are shown: `bttv`, `ffz` and `7tv`, or `all`. `bttv=https://host` asks a mirror.",
    where: (text) => firstWrong(text, (entry) => parseEmoteServices(entry) !== undefined),
    expected:
      "bttv, ffz, 7tv or all, separated by commas or spaces, each once; with =https://host (http:// if the host is this machine) for a mirror",
    parse: parseEmoteServices,
  }),
  setting({
    name: "EMOTE_CACHE",
    field: "emoteCacheMb",
    preset: "0",
    secret: false,
    about:
      "Megabytes of emote pictures to keep in the archive, so that readers' browsers contact no other server. 0 keeps none.",
    expected: "a whole number of megabytes from 0 to 100000",
    parse: (text) => wholeNumber(text, 0, 100_000),
  }),
  setting({
    name: "WEBHOOK_HOSTS",
    field: "webhookHosts",
    preset: "",
    secret: false,
    about:
      "Hosts to which saved searches may send new matches: `hooks.example.org, 192.168.0.9:8443`. Port 443 if none is given.",
    where: (text) => firstWrong(text, (entry) => parseHosts(entry) !== undefined),
    expected: "host names or IP addresses, each with or without :port, separated by commas or spaces",
    parse: parseHosts,
  }),
  setting({
    name: "LOG_LEVEL",
    field: "logLevel",
    preset: "info",
    secret: false,
    about: "Lowest level to log: `debug`, `info`, `warn` or `error`.",
    expected: LOG_LEVELS.join(", "),
    parse: (text) => oneOf(LOG_LEVELS, text),
  }),
  setting({
    name: "LOG_FORMAT",
    field: "logFormat",
    preset: "auto",
    secret: false,
    about: "`text`, or `json` with one object per line. `auto` is text on a terminal and json elsewhere.",
    expected: "auto, text or json",
    parse: (text, { terminal }) =>
      text === "auto" ? (terminal ? "text" : "json") : oneOf(["text", "json"], text),
  }),
];
