/** The whole program, with the launcher's permissions, exports spans and metrics to a stand-in collector. */
import assert from "node:assert/strict";
import { startOtlpCollector } from "../support/metrics/otlp_collector.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("with OTEL_DENO, requests are spans with their route, and metrics are exported", async () => {
  using folder = tempFolder();
  await using collector = startOtlpCollector();
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    env: {
      TWITCH_IRC_URL: "irc://127.0.0.1:9",
      OTEL_DENO: "true",
      OTEL_DENO_CONSOLE: "ignore",
      OTEL_SERVICE_NAME: "scrollback",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    },
  });
  for (const path of ["/channels", "/users/5", "/search/messages?q=hello"]) {
    await (await fetch(program.url + path)).text();
  }
  await collector.when(() =>
    collector.spans.length >= 3 && collector.metrics.has("http.server.request.duration")
  );
  const pages = collector.spans.filter(({ kind }) => kind === 2);
  assert.deepEqual(
    pages.map((
      { name, attributes },
    ) => [name, attributes["http.route"], attributes["http.response.status_code"]]),
    [
      ["GET /channels", "/channels", "200"],
      ["GET /users/:id", "/users/:id", "404"],
      ["GET /search/messages", "/search/messages", "200"],
    ],
  );
  assert.deepEqual([...collector.services], ["scrollback"]);
});

Deno.test("without OTEL_DENO, nothing is exported", async () => {
  using folder = tempFolder();
  await using collector = startOtlpCollector();
  {
    await using program = await runProgram({
      dbPath: `${folder.path}/archive.db`,
      env: {
        TWITCH_IRC_URL: "irc://127.0.0.1:9",
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      },
    });
    await (await fetch(`${program.url}/channels`)).text();
  }
  // The program has ended, and would have exported the rest before.
  assert.deepEqual([collector.spans, [...collector.metrics]], [[], []]);
});
