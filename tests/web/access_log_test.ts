import assert from "node:assert/strict";
import { Hono } from "hono";
import { accessLog } from "../../src/web/access_log.ts";

Deno.test("a request is logged on one line; probes are logged at the level debug only", async () => {
  const lines: [level: string, path: unknown][] = [];
  const log = (level: string) => (_message: string, { path }: Record<string, unknown>) =>
    void lines.push([level, path]);
  const app = new Hono();
  app.use(accessLog({ debug: log("debug"), info: log("info"), error: log("error") }, () => {}));
  app.get("*", (c) => c.text("yes"));
  for (const path of ["/", "/healthz", "/channels/1?q=secret", "/metrics"]) await app.request(path);
  assert.deepEqual(lines, [["info", "/"], ["debug", "/healthz"], ["info", "/channels/1"], [
    "debug",
    "/metrics",
  ]]);
});
