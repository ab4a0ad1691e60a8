import assert from "node:assert/strict";
import fc from "fast-check";
import { type ConfigSources, formatProblem, SETTING_NAMES } from "../../src/config.ts";
import { file, folder, load, problems } from "./load.ts";

Deno.test("a secret is read from the file that NAME_FILE names, without its last line end", () => {
  const path = file("token", "abcdefgh1234\n");
  const loaded = load({ env: { TWITCH_OAUTH_TOKEN_FILE: "token", TWITCH_USERNAME: "me" } });
  assert.ok(loaded.kind === "ready");
  assert.equal(loaded.config.oauthToken, "abcdefgh1234");
  assert.deepEqual(loaded.reads, [path]);
});

Deno.test("a secret given twice or by a missing file is a problem", () => {
  file("word", "long enough");
  assert.deepEqual(problems({ env: { ADMIN_PASSWORD: "long enough", ADMIN_PASSWORD_FILE: "word" } }), [
    "ADMIN_PASSWORD (environment): ADMIN_PASSWORD_FILE is set too; set only one of the two",
  ]);
  assert.equal(problems({ env: { TWITCH_USERNAME: "me", TWITCH_OAUTH_TOKEN_FILE: "nowhere" } }).length, 1);
  assert.deepEqual(problems({ env: { ADMIN_PASSWORD_FILE: "nowhere" } }), [
    `ADMIN_PASSWORD_FILE = "nowhere" (environment): there is no file ${folder}/nowhere; ` +
    "expected the path of a file that contains the secret on one line",
  ]);
});

Deno.test("the token for another archive has the form of one, and its problem does not show it", () => {
  const token = `sbk_${"aB3-_".repeat(9).slice(0, 43)}`;
  const loaded = load({ env: { HISTORY_TOKEN: token } });
  assert.equal(loaded.kind === "ready" && loaded.config.historyToken, token);
  assert.ok(!JSON.stringify(loaded.kind === "ready" && loaded.effective).includes(token));
  for (const wrong of [token.slice(1), `${token}x`, `Bearer ${token}`]) {
    const [problem, ...more] = problems({ env: { HISTORY_TOKEN: wrong } });
    assert.deepEqual(more, []);
    assert.match(
      problem!,
      /^HISTORY_TOKEN = \(hidden, \d+ characters\) .*expected .*sbk_ and 43 characters$/,
    );
  }
});

Deno.test("neither problems nor effective settings contain the value of a secret", () => {
  fc.assert(fc.property(fc.string({ minLength: 4, maxLength: 30 }), (noise) => {
    const secret = `~~${noise}~~`; // never a valid token, so it causes a problem
    for (const env of [{ TWITCH_OAUTH_TOKEN: secret }, { ADMIN_PASSWORD: secret }]) {
      const loaded = load({ env });
      assert.ok(
        !JSON.stringify(loaded.kind === "wrong" ? loaded.problems : loaded.effective).includes(secret),
      );
    }
  }));
});

Deno.test("a misplaced secret is shown by its length only, in every source", () => {
  const secrets = [
    "oauth:abcdefgh1234",
    "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5",
    "hunter2",
    "correct horse battery staple",
    "sunshine",
    "c2VjcmV0IHNlY3JldA==",
    "Tr0ub4dor&3",
  ];
  // DB_PATH accepts almost any text, so a secret is a valid value there.
  const others = SETTING_NAMES.filter((name) => name !== "DB_PATH");
  for (const secret of secrets) {
    for (const name of others) {
      for (const [from, sources] of Object.entries(places(name, secret))) {
        const loaded = load(sources);
        if (loaded.kind !== "wrong") continue;
        const shown = loaded.problems.map(formatProblem).join("\n");
        assert.ok(!shown.includes(secret), `${name}, ${from}: ${shown}`);
      }
    }
  }
});

/** The ways in which a value can be given. */
function places(name: string, value: string): Record<string, Partial<ConfigSources>> {
  const flag = { HTTP_ADDR: "http-addr", DB_PATH: "db-path" }[name];
  return {
    environment: { env: { [name]: value } },
    file: { flags: { config: file("wrong.env", `${name}=${value}\n`) } },
    "file, twice": { flags: { config: file("wrong.env", `${name}=${value}\n${name}=${value}\n`) } },
    "file, open quotes": { flags: { config: file("wrong.env", `${name}="${value}\n`) } },
    "file, alone on its line": { flags: { config: file("wrong.env", `${value}\n`) } },
    "file, as a name": { flags: { config: file("wrong.env", `${value}=x\n${value}=y\n${value}="z\n`) } },
    "the path of the file": { flags: { config: value } },
    ...flag && { flag: { flags: { [flag]: value } } },
  };
}

Deno.test("a secret's file with several lines is a problem that repeats none of them", () => {
  const path = file("wrong-file", "first line\nsecond line\n");
  assert.deepEqual(problems({ env: { ADMIN_PASSWORD_FILE: "wrong-file" } }), [
    "ADMIN_PASSWORD_FILE = (hidden, 10 characters) (environment): the file has several lines; " +
    "expected the path of a file that contains the secret on one line",
  ]);
  assert.match(
    problems({ env: { ADMIN_PASSWORD_FILE: `./${path.split("/").at(-1)}` } })[0]!,
    /= "\.\/wrong-file"/,
  );
});

Deno.test("an address with a user, a password or a key is shown without them", () => {
  const shown = problems({
    env: { TWITCH_IRC_URL: "ircs://user:word@host.example:1", HISTORY_URL: "https://host.example/?key=abc" },
  }).join("\n");
  assert.match(shown, /TWITCH_IRC_URL = "ircs:\/\/host\.example:1\/…" \(hidden, 31 characters\)/);
  assert.match(shown, /HISTORY_URL = "https:\/\/host\.example\/…"/);
  assert.doesNotMatch(shown, /word|abc/);
});
