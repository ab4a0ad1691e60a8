import assert from "node:assert/strict";
import { secretsOf } from "../src/config.ts";
import { file, folder, load, problems, ready } from "./config/load.ts";

Deno.test("every setting has a default or is optional", () => {
  assert.deepEqual({ ...ready() }, {
    channels: [],
    irc: { tls: true, hostname: "irc.chat.twitch.tv", port: 6697 },
    joinsPer10s: 20,
    secondReader: [],
    busyPerMinute: 1_000,
    dbPath: `${folder}/twitch.db`,
    http: { hostname: "127.0.0.1", port: 8080 },
    httpMaxConnections: 1024,
    trustedProxies: [],
    overflowMaxMb: 1024,
    sqliteSynchronous: "normal",
    readAccess: "open",
    rateLimit: 6000,
    showDeleted: "everyone",
    emoteServices: [],
    emoteCacheMb: 0,
    webhookHosts: [],
    logLevel: "info",
    logFormat: "json",
  });
});

Deno.test("every setting is read from the environment", () => {
  const config = ready({
    env: {
      TWITCH_USERNAME: "Some_Body",
      TWITCH_OAUTH_TOKEN: "oauth:abcdefgh1234",
      TWITCH_CHANNELS: "#Alpha, https://twitch.tv/beta gamma,alpha",
      TWITCH_IRC_URL: "irc://localhost:1234",
      TWITCH_JOINS_PER_10S: "2000",
      TWITCH_SECOND_READER: "#Alpha",
      TWITCH_BUSY_PER_MINUTE: "50",
      DB_PATH: "other.db",
      HTTP_ADDR: "[::1]:0",
      HTTP_MAX_CONNECTIONS: "5000",
      TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8 2001:db8::/32",
      OVERFLOW_MAX_MB: "0",
      SQLITE_SYNCHRONOUS: "FULL",
      ADMIN_PASSWORD: " eight ch ",
      READ_ACCESS: "Password",
      RATE_LIMIT: "0",
      METRICS_TOKEN: "sixteen-letters-",
      SHOW_DELETED: "managers",
      EMOTE_SETS: "7TV ffz=http://127.0.0.1:81, twitch=https://mirror.example/",
      EMOTE_CACHE: "64",
      WEBHOOK_HOSTS: "Hooks.example, [2001:db8::1]:8443 10.0.0.5",
      LOG_LEVEL: "debug",
      LOG_FORMAT: "text",
    },
  });
  assert.deepEqual({ ...config }, {
    username: "some_body",
    oauthToken: "abcdefgh1234",
    channels: ["alpha", "beta", "gamma"],
    irc: { tls: false, hostname: "localhost", port: 1234 },
    joinsPer10s: 2000,
    secondReader: ["alpha"],
    busyPerMinute: 50,
    dbPath: `${folder}/other.db`,
    http: { hostname: "::1", port: 0 },
    httpMaxConnections: 5000,
    trustedProxies: ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"],
    overflowMaxMb: 0,
    sqliteSynchronous: "full",
    adminPassword: " eight ch ",
    readAccess: "password",
    rateLimit: 0,
    metricsToken: "sixteen-letters-",
    showDeleted: "managers",
    emoteServices: [
      { service: "7tv" },
      { service: "ffz", mirror: "http://127.0.0.1:81" },
      { service: "twitch", mirror: "https://mirror.example" },
    ],
    emoteCacheMb: 64,
    webhookHosts: ["hooks.example:443", "[2001:db8::1]:8443", "10.0.0.5:443"],
    logLevel: "debug",
    logFormat: "text",
  });
  assert.deepEqual(secretsOf(config), ["abcdefgh1234", " eight ch ", "sixteen-letters-"]);
});

Deno.test("a config is frozen, and can be sent to a Worker", () => {
  const config = ready();
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.channels));
  assert.deepEqual(structuredClone(config), config);
});

Deno.test("flags override the environment, which overrides the file, which overrides the defaults", () => {
  const config = file("layers.env", "HTTP_ADDR=:1\nDB_PATH=file.db\nLOG_LEVEL=warn\nTWITCH_CHANNELS=\n");
  const loaded = load({
    env: { HTTP_ADDR: ":2", DB_PATH: "env.db", LOG_FORMAT: "" },
    flags: { config, "http-addr": ":3" },
  });
  assert.ok(loaded.kind === "ready");
  assert.equal(loaded.config.http.port, 3);
  assert.equal(loaded.config.dbPath, `${folder}/env.db`);
  assert.equal(loaded.config.logLevel, "warn");
  const from = Object.fromEntries(loaded.effective.map(({ name, from }) => [name, from]));
  assert.equal(from.HTTP_ADDR, "--http-addr");
  assert.equal(from.DB_PATH, "environment");
  assert.equal(from.LOG_LEVEL, `${config}:3`);
  assert.equal(from.LOG_FORMAT, "default");
  assert.equal(from.ADMIN_PASSWORD, "not set");
  assert.deepEqual(loaded.reads, [config]);
});

Deno.test("the log is text on a terminal", () => {
  assert.equal(ready({ terminal: true }).logFormat, "text");
});

Deno.test("a setting is accepted by its former name, which --check shows, but not by both names", () => {
  const former = load({ env: { SPOOL_MAX_MB: "7" } });
  assert.ok(former.kind === "ready");
  assert.equal(former.config.overflowMaxMb, 7);
  const line = former.effective.find(({ name }) => name === "OVERFLOW_MAX_MB");
  assert.equal(line?.value, "7");
  assert.equal(line?.from, "environment, as SPOOL_MAX_MB");
  const both = problems({ env: { SPOOL_MAX_MB: "7", OVERFLOW_MAX_MB: "8" } });
  assert.equal(both.length, 1);
  assert.match(both[0]!, /^OVERFLOW_MAX_MB.*SPOOL_MAX_MB is set too; set only one of the two/s);
});

Deno.test("reading by a password without a password is a problem, and by tokens is none", () => {
  assert.match(
    problems({ env: { READ_ACCESS: "password" } }).join(),
    /ADMIN_PASSWORD: is not set, but READ_ACCESS/,
  );
  assert.deepEqual(problems({ env: { READ_ACCESS: "password", ADMIN_PASSWORD: "short" } }).length, 1);
  assert.equal(ready({ env: { READ_ACCESS: "token" } }).readAccess, "token");
});

Deno.test("one credential without the other is a problem", () => {
  assert.match(problems({ env: { TWITCH_USERNAME: "me" } })[0]!, /^TWITCH_OAUTH_TOKEN: is not set, but/);
  assert.match(
    problems({ env: { TWITCH_OAUTH_TOKEN: "abcdefgh1234" } })[0]!,
    /^TWITCH_USERNAME: is not set, but/,
  );
});

const wrong: [name: string, value: string][] = [
  ["TWITCH_CHANNELS", "not-a-n"],
  ["TWITCH_IRC_URL", "irc://irc.chat.twitch.tv:6667"],
  ["TWITCH_JOINS_PER_10S", "0"],
  ["TWITCH_JOINS_PER_10S", "2001"],
  ["TWITCH_JOINS_PER_10S", "1.5"],
  ["DB_PATH", "nowhere/twitch.db"],
  ["DB_PATH", "."],
  ["DB_PATH", "a,b.db"],
  ["HTTP_ADDR", "8080"],
  ["HTTP_ADDR", "127.0.0.1:65536"],
  ["HTTP_MAX_CONNECTIONS", "31"],
  ["TRUSTED_PROXIES", "proxy"],
  ["SQLITE_SYNCHRONOUS", "off"],
  ["READ_ACCESS", "closed"],
  ["RATE_LIMIT", "many"],
  ["LOG_LEVEL", "loud"],
  ["LOG_FORMAT", "xml"],
];
for (const [name, value] of wrong) {
  Deno.test(`${name}=${value} is a problem that shows the value and what is expected`, () => {
    const shown = problems({ env: { [name]: value } });
    assert.equal(shown.length, 1);
    assert.ok(shown[0]!.startsWith(`${name} = ${JSON.stringify(value)} (environment): `), shown[0]);
    assert.match(shown[0]!, /expected /);
  });
}

Deno.test("all problems are reported at once, each with its source", () => {
  const config = file("wrong.env", "LOG_LEVEL=loud\nnonsense\nTWITCH_CHANEL=alpha\n");
  const shown = problems({
    env: { HTTP_ADDR: "x", ADMIN_PASSWORD: "short", TWITCH_USERNAME: "a b" },
    flags: { config, "db-path": "" },
  });
  assert.deepEqual(shown.map((problem) => /^[^ ]+/.exec(problem)![0].replace(/:$/, "")).sort(), [
    `${config}:2`,
    "ADMIN_PASSWORD",
    "DB_PATH",
    "HTTP_ADDR",
    "LOG_LEVEL",
    "TWITCH_CHANEL",
    "TWITCH_OAUTH_TOKEN",
    "TWITCH_USERNAME",
  ]);
  assert.ok(shown.some((problem) => problem.includes("did you mean TWITCH_CHANNELS?")));
});

Deno.test("a problem of a list names the position of the invalid entry and does not repeat the list", () => {
  const shown = problems({
    env: { TWITCH_CHANNELS: "alpha, not-a-name, beta", TRUSTED_PROXIES: "10.0.0.1 10.0.0.1/8" },
  });
  assert.match(
    shown[0]!,
    /^TWITCH_CHANNELS = \(hidden, 23 characters\) \(environment\): entry 2 of 3 is invalid; expected/,
  );
  assert.match(shown[1]!, /entry 2 of 2 is invalid; expected IP addresses/);
});

const unknown: [name: string, meant: string | undefined][] = [
  ["TWITCH_CHANNEL", "TWITCH_CHANNELS"],
  ["TWITCH_TOKEN", "TWITCH_OAUTH_TOKEN"],
  ["TWITCH_CLIENT_SECRET", undefined],
  ["TWITCH_USER", "TWITCH_USERNAME"],
  ["SQLITE_SYNC", "SQLITE_SYNCHRONOUS"],
  ["HTTP_ADDRESS", "HTTP_ADDR"],
  ["HTTP_ADRR", "HTTP_ADDR"],
  ["DB_PAHT", "DB_PATH"],
  ["LOG_FROMAT", "LOG_FORMAT"],
  ["LOG_LEVELS", "LOG_LEVEL"],
  ["ADMIN_PASSWD", "ADMIN_PASSWORD"],
  ["ADMIN_PASSWORDFILE", "ADMIN_PASSWORD"],
];
for (const [name, meant] of unknown) {
  Deno.test(`the unknown variable ${name} is a problem${meant ? ` that suggests ${meant}` : ""}`, () => {
    const hint = meant ? `; did you mean ${meant}?` : "";
    assert.deepEqual(problems({ env: { [name]: "x" } }), [
      `${name} (environment): there is no such setting${hint}`,
    ]);
  });
}

Deno.test("variables of other programs are ignored", () => {
  const foreign = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "LOG_DIR",
    "DB_HOST",
    "DB_PASS",
    "DB_URL",
    "ADMIN_EMAIL",
    "PATH",
  ];
  ready({
    env: Object.fromEntries([...foreign, "SQLITE_TMPDIR", "SQLITE_HISTORY"].map((name) => [name, "x"])),
  });
});

Deno.test("a read-only folder is a problem", { ignore: Deno.uid() === 0 }, () => {
  Deno.mkdirSync(`${folder}/closed`, { mode: 0o555 });
  assert.match(problems({ env: { DB_PATH: "closed/x.db" } })[0]!, /the folder .* cannot be written to/);
});
