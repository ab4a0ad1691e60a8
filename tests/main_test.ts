import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../deno.json" with { type: "json" };

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Runs the program with the launcher's permissions, from a folder outside the project. */
async function run(args: string[], env: Record<string, string> = {}) {
  const folder = Deno.makeTempDirSync({ prefix: "scrollback-main-" });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys=uid,gid", main, ...args],
    cwd: folder,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  Deno.removeSync(folder, { recursive: true });
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("invalid settings end the program with status 78 and all problems", async () => {
  for (const command of [[], ["start"], ["serve"], ["demo"], ["start", "--check"]]) {
    const { code, stderr } = await run([...command, "--db-path=nowhere/x.db"], {
      TWITCH_OAUTH_TOKEN: "not a token",
      HTTP_ADDR: "8080",
      TWITCH_CHANELS: "alpha",
    });
    assert.equal(code, 78, stderr);
    assert.match(stderr, /^5 settings are invalid:/);
    for (const name of ["TWITCH_OAUTH_TOKEN", "TWITCH_USERNAME", "HTTP_ADDR", "TWITCH_CHANELS", "DB_PATH"]) {
      assert.match(stderr, new RegExp(`^  ${name}\\b`, "m"));
    }
    assert.doesNotMatch(stderr, /not a token/);
  }
});

Deno.test("--check prints the source of every setting, and no secret", async () => {
  const { code, stdout, stderr } = await run(["--check", "--http-addr=:0"], {
    TWITCH_USERNAME: "somebody",
    TWITCH_OAUTH_TOKEN: "oauth:abcdefgh1234",
    ADMIN_PASSWORD: "open sesame",
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^TWITCH_USERNAME +somebody +\(environment\)$/m);
  assert.match(stdout, /^TWITCH_OAUTH_TOKEN +\(hidden\) +\(environment\)$/m);
  assert.match(stdout, /^HTTP_ADDR +:0 +\(--http-addr\)$/m);
  assert.match(stdout, /^DB_PATH +.*twitch\.db +\(default\)$/m);
  assert.doesNotMatch(stdout + stderr, /abcdefgh1234|open sesame/);
});

Deno.test("--version prints the version, and --help the commands and settings", async () => {
  assert.equal((await run(["--version"])).stdout.trim(), manifest.version);
  const { stdout } = await run(["--help"]);
  for (const word of ["start", "serve", "demo", "TWITCH_CHANNELS", "DB_PATH"]) {
    assert.match(stdout, new RegExp(word));
  }
});

Deno.test("an unknown command or flag is an error with a hint", async () => {
  const { code, stderr } = await run(["serve", "--db-pth=x"]);
  assert.equal(code, 1);
  assert.match(stderr, /Did you mean --db-path/);
  const secret = await run(["serve", "--admin-password=open sesame"]);
  assert.equal(secret.code, 1);
  assert.match(secret.stderr, /--admin-password/);
  assert.doesNotMatch(secret.stderr, /sesame/);
});

Deno.test("an error of the command line repeats no value, at any position", async () => {
  const cases: [args: string[], hint: RegExp][] = [
    [["start", "open sesame"], /Expected 0 arguments but got 1\./],
    [["open sesame"], /Expected 0 arguments but got 1\./],
    [["backup", "a", "open sesame"], /Expected 1 argument but got 2\./],
    [["quarantine", "open sesame"], /value '…'\. Allowed choices are list, replay/],
    [
      ["doctor", "--sample", "open sesame"],
      /--sample <rows>.*'…'.* Expected a number/,
    ],
    [
      ["demo", "--rate=open sesame"],
      /--rate <number>.*'…'.* Expected a number above 0/,
    ],
    [["start", "--admin-pass=it's open sesame"], /unknown option '--admin-pass=…'/],
    [["doctor", "--sample", "it's = 'open sesame"], /--sample <rows>.*'…'/],
    [["serve", "--db-pth=open\nsesame"], /unknown option '--db-pth=…'/],
  ];
  for (const [args, hint] of cases) {
    const { code, stderr } = await run(args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, hint);
    assert.doesNotMatch(stderr, /sesame/);
  }
});

Deno.test("a replay that cannot be read is reported without a stack trace", async () => {
  const { code, stderr } = await run(["demo", "--replay=nowhere.irc"]);
  assert.equal(code, 69);
  assert.match(stderr, /^the stand-in for Twitch could not start: .*nowhere\.irc.*\n$/);
});
