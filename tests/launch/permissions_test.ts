import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type ConfigSources, loadConfig, SETTING_NAMES } from "../../src/config.ts";
import { formatAddress } from "../../src/config/address.ts";
import { maintenanceFlags, permissionFlags } from "../../src/launch/permissions.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const probe = fileURLToPath(new URL("../support/process/permission_probe.ts", import.meta.url));

function configOf(env: ConfigSources["env"]) {
  const loaded = loadConfig({ env, flags: {}, cwd: "/", terminal: false });
  return loaded.kind === "ready" ? loaded.config : assert.fail(JSON.stringify(loaded.problems));
}

function flagsOf(env: ConfigSources["env"], standIn = false) {
  const config = configOf(env);
  return permissionFlags({ config, root: "/app", envNames: ["DB_PATH", "HTTP_ADDR"], reads: [], standIn });
}

Deno.test("the flags name exactly the settings' hosts, files and variables", () => {
  assert.deepEqual(flagsOf({ DB_PATH: "/tmp/a b.db" }), [
    "--no-prompt",
    "--allow-net=irc.chat.twitch.tv:6697,127.0.0.1:8080",
    "--allow-read=/app/static,/app/migrations,/app/src," +
    "/tmp/a b.db,/tmp/a b.db-wal,/tmp/a b.db-shm,/tmp/a b.db-journal,/tmp/a b.db-spool,/tmp/a b.db-unnoted,/tmp/a b.db-unnoted-new,/tmp/a b.db.lock",
    "--allow-write=/tmp/a b.db,/tmp/a b.db-wal,/tmp/a b.db-shm,/tmp/a b.db-journal,/tmp/a b.db-spool,/tmp/a b.db-unnoted,/tmp/a b.db-unnoted-new,/tmp/a b.db.lock",
    "--allow-env=DB_PATH,HTTP_ADDR",
    "--allow-sys=statfs",
    "--ignore-env",
  ]);
});

const nets: [env: Record<string, string>, standIn: boolean, net: string][] = [
  [{ HTTP_ADDR: ":80" }, false, "irc.chat.twitch.tv:6697,0.0.0.0:80"],
  [{ HTTP_ADDR: "[::]:0", TWITCH_IRC_URL: "irc://[::1]:7" }, false, "[::1]:7,[::]:0"],
  [{ HTTP_ADDR: "localhost:1", TWITCH_IRC_URL: "ircs://localhost:1" }, false, "localhost:1"],
  [
    { HISTORY_URL: "https://recent.example/{login}" },
    false,
    "irc.chat.twitch.tv:6697,recent.example:443,127.0.0.1:8080",
  ],
  [
    { EMOTE_SETS: "all" },
    false,
    "irc.chat.twitch.tv:6697,api.frankerfacez.com:443,api.betterttv.net:443,7tv.io:443,127.0.0.1:8080",
  ],
  [
    { EMOTE_SETS: "bttv=https://m.example:444", EMOTE_CACHE: "9" },
    false,
    "irc.chat.twitch.tv:6697,m.example:444,static-cdn.jtvnw.net:443,127.0.0.1:8080",
  ],
  [
    { WEBHOOK_HOSTS: "hooks.example, 10.0.0.5:8443 [::1]:1" },
    false,
    "irc.chat.twitch.tv:6697,hooks.example:443,hooks.example,10.0.0.5:8443,[::1]:1,127.0.0.1:8080",
  ],
  [{}, true, "127.0.0.1"],
  [{ HTTP_ADDR: ":0" }, true, "127.0.0.1,0.0.0.0:0"],
];
for (const [env, standIn, net] of nets) {
  Deno.test(`${JSON.stringify(env)}${standIn ? " with the stand-in" : ""} opens ${net}`, () => {
    assert.ok(flagsOf({ DB_PATH: "/tmp/x.db", ...env }, standIn).includes(`--allow-net=${net}`));
  });
}

Deno.test("maintenance commands have no network access, and access only the files that they name", () => {
  const flags = maintenanceFlags({
    config: configOf({ DB_PATH: "/tmp/x.db" }),
    realDbPath: "/srv/real.db",
    root: "/app",
    envNames: ["DB_PATH"],
    reads: ["/etc/scrollback.env"],
    writes: ["/backups/copy.db"],
  });
  assert.ok(!flags.some((flag) => flag.startsWith("--allow-net")));
  const written = flags.find((flag) => flag.startsWith("--allow-write="))!.slice("--allow-write=".length)
    .split(",");
  for (const path of written) assert.match(path, /^(\/tmp\/x\.db|\/srv\/real\.db|\/backups\/copy\.db)/);
  for (const path of ["/tmp/x.db.lock", "/srv/real.db.lock", "/backups/copy.db"]) {
    assert.ok(written.includes(path));
  }
  assert.ok(!written.includes("/etc/scrollback.env"));
  assert.ok(!flags.some((flag) => flag.startsWith("--allow-sys")));
});

Deno.test("no flag permits everything, subprocesses or libraries", () => {
  for (const flag of flagsOf({ DB_PATH: "/tmp/x.db" })) {
    assert.doesNotMatch(
      flag,
      /^(-A|--allow-all|--allow-run|--allow-ffi|--allow-sys(?!=statfs$)|--allow-[a-z]+$)/,
    );
  }
});

Deno.test("a path with a comma is refused instead of split", () => {
  const config = configOf({ DB_PATH: "/tmp/x.db" });
  const scope = { config, envNames: [], standIn: false };
  assert.throws(() => permissionFlags({ ...scope, root: "/a,b", reads: [] }), RangeError);
  assert.throws(() => permissionFlags({ ...scope, root: "/a", reads: ["/etc,/x"] }), RangeError);
});

const ALLOWED = ["listen", "connect", "archive", "static", "setting", "unset", "worker"];
const REFUSED = ["otherHost", "otherFile", "otherWrite", "besideTheArchive", "run", "system"];

const places: [file: string, http: string][] = [
  ["twitch.db", "127.0.0.1:0"],
  ["with space & 'quote'.db", ":0"],
  ["großes archiv.db", "localhost:0"],
  ["$HOME.db", "[::1]:0"],
];
/** Not every machine has IPv6. */
function hasIpv6(): boolean {
  return Deno.networkInterfaces().some(({ address }) => address === "::1");
}

for (const [file, http] of places) {
  Deno.test(`a process with the flags of ${file} at ${http} can do what it needs, and nothing else`, {
    ignore: http.includes("::1") && !hasIpv6(),
  }, async () => {
    const folder = Deno.makeTempDirSync({ prefix: "scrollback launch " });
    using twitch = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dbPath = `${folder}/${file}`;
    const config = configOf({
      DB_PATH: dbPath,
      HTTP_ADDR: http,
      TWITCH_IRC_URL: `irc://127.0.0.1:${twitch.addr.port}`,
    });
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-lock",
        ...permissionFlags({ config, root, envNames: SETTING_NAMES, reads: [], standIn: false }),
        probe,
        JSON.stringify({ dbPath, http: config.http, connect: config.irc, root }),
      ],
    }).output();
    const output = new TextDecoder().decode(stdout);
    assert.notEqual(output, "", new TextDecoder().decode(stderr));
    assert.deepEqual(
      JSON.parse(output),
      Object.fromEntries([
        ...ALLOWED.map((name) => [name, "done"]),
        ...REFUSED.map((name) => [name, "refused"]),
      ]),
      formatAddress(config.http),
    );
    Deno.removeSync(folder, { recursive: true });
  });
}
