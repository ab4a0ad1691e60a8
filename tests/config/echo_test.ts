import assert from "node:assert/strict";
import { echo } from "../../src/config/echo.ts";

Deno.test("an error shows an address only if it looks like a host and a port", () => {
  for (const text of ["127.0.0.1:99999", "localhost:80801", "[2001:db8::1]:8080", "irc://localhost:70000"]) {
    assert.equal(echo(text, "address"), JSON.stringify(text));
  }
  for (
    const text of [
      "Zq9:Sup3rSecretValue99xyz",
      "Sup3rSecret:Value",
      "oauth:abcdefgh:8080",
      "a1b2c3d4e5f6:8080",
    ]
  ) {
    assert.equal(echo(text, "address"), `(hidden, ${text.length} characters)`);
  }
});

Deno.test("an error shows a path if it begins like one, or if no part looks like a token", () => {
  for (const text of ["/srv/chat-7f3a9b21c0/twitch.db", "./data/a1b2c3d4e5.db", "folder/twitch.db"]) {
    assert.equal(echo(text, "path"), JSON.stringify(text));
  }
  for (const text of ["a1b2c3d4e5f6/x", "Sup3rSecret99", "/oauth:abcdefgh"]) {
    assert.equal(echo(text, "path"), `(hidden, ${text.length} characters)`);
  }
});
