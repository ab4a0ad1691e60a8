import assert from "node:assert/strict";
import { isLoopbackName } from "../../../src/web/access/same_origin.ts";

Deno.test("only names of this machine are loopback names", () => {
  for (
    const name of [
      "localhost",
      "localhost:8080",
      "127.0.0.1:80",
      "127.1.2.3",
      "[::1]:8080",
      "LOCALHOST.",
      "a.localhost",
    ]
  ) {
    assert.equal(isLoopbackName(name), true, name);
  }
  for (
    const name of ["example.org", "127.0.0.1.example.org", "localhost.example.org", "[::2]", "10.0.0.1", ""]
  ) {
    assert.equal(isLoopbackName(name), false, name);
  }
});
