import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { lineFormatter, type LogOptions } from "../src/log.ts";

/** Returns the line of `log.warn("told {text}", { text, channel })`. */
function line(text: unknown, options: Partial<LogOptions> = {}): string {
  return lineFormatter({ level: "info", format: "text", secrets: [], ...options })({
    category: ["scrollback", "irc"],
    level: "warning",
    message: ["told ", text, ""],
    rawMessage: "told {text}",
    timestamp: Date.UTC(2026, 0, 2),
    properties: { text, channel: "alpha" },
  });
}

Deno.test("a text line has time, level, component, message, and the properties that the message does not contain", () => {
  assert.equal(line("all"), "2026-01-02T00:00:00.000Z [wrn] irc: told all channel=alpha");
});

Deno.test("a JSON line has the same values as fields", () => {
  assert.deepEqual(JSON.parse(line("all", { format: "json" })), {
    "@timestamp": "2026-01-02T00:00:00.000Z",
    level: "WARN",
    message: "told all",
    logger: "scrollback.irc",
    component: "irc",
    text: "all",
    channel: "alpha",
  });
});

Deno.test("an error is logged with its cause", () => {
  const error = new Error("no room", { cause: new Error("disk full") });
  for (const format of ["text", "json"] as const) {
    assert.match(line(error, { format }), /no room[^]*disk full/);
  }
});

Deno.test("a record is one line without escape sequences, whatever text it contains", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    for (const format of ["text", "json"] as const) {
      const told = line(text, { format });
      for (const mark of ["\r", "\n", "\x1b", "\x9b"]) assert.ok(!told.includes(mark), JSON.stringify(told));
    }
  }));
});

Deno.test("no line contains a token of the API, whole or cut", () => {
  for (const format of ["text", "json"] as const) {
    for (
      const text of [
        `GET /sbk_${"aZ-_".repeat(11)}`,
        `sbk_${"x".repeat(16)}`,
        new Error(`sbk_${"y".repeat(43)}`),
      ]
    ) {
      const told = line(text, { format });
      assert.match(told, /sbk_\(hidden\)/);
      assert.doesNotMatch(told, /sbk_\w/);
    }
  }
});

Deno.test("no line contains a secret, whether plain, in a URL or in JSON", () => {
  fc.assert(fc.property(fc.string({ minLength: 8, unit: "grapheme" }), (noise) => {
    const secret = `~"${noise}\\~`; // in no line by chance
    for (const format of ["text", "json"] as const) {
      for (
        const text of [
          secret,
          `PASS ${secret}`,
          encodeURIComponent(secret),
          JSON.stringify(secret),
          new Error(secret),
        ]
      ) {
        const told = line(text, { format, secrets: [secret] });
        assert.ok(!told.includes(secret) && !told.includes(encodeURIComponent(secret)), told);
      }
    }
  }));
});

Deno.test("lower levels are not logged, and nothing is written to stdout", async () => {
  const script = fileURLToPath(new URL("./support/process/logging.ts", import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--ignore-env", script],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.equal(JSON.parse(new TextDecoder().decode(stderr)).message, "loud (hidden)");
});
