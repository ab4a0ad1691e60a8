import assert from "node:assert/strict";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { testSite } from "../support/site/site.ts";
import { namingFaults, parseExposition } from "../support/metrics/exposition.ts";
import { EXAMPLE } from "../support/metrics/example.ts";

function metricsOf(site: ReturnType<typeof testSite>) {
  return createMetrics({
    status: () => site.recorder.status(),
    watchers: () => 0,
    live: () => site.hub.counts,
    http: () => undefined,
    refusedStreams: () => ({ total: 0, client: 0 }),
    queriesWaiting: () => 0,
    sizes: () => ({ database: 4_096, wal: 0 }),
    version: "1.2.3",
  });
}

/** The values of a metric's series, by their labels as JSON. */
async function valuesOf(
  metrics: ReturnType<typeof metricsOf>,
  name: string,
): Promise<Record<string, number>> {
  const samples = parseExposition(await metrics.text()).flatMap(({ samples }) => samples);
  return Object.fromEntries(
    samples.filter((sample) => sample.name === name).map((
      { labels, value },
    ) => [JSON.stringify(labels), value]),
  );
}

Deno.test("unknown HTTP methods share one series, and so do statuses of a class", async () => {
  using site = testSite();
  const metrics = metricsOf(site);
  for (
    const [method, status] of [["GET", 200], ["GET", 204], ["GET", 404], ["BREW", 418], [
      "WHEN",
      400,
    ]] as const
  ) {
    metrics.observe({ method, route: "/", status, durationMs: 1 });
  }
  assert.deepEqual(await valuesOf(metrics, "scrollback_http_request_duration_seconds_count"), {
    '{"method":"GET","route":"/","status":"2xx"}': 2,
    '{"method":"GET","route":"/","status":"4xx"}': 1,
    '{"method":"other","route":"/","status":"4xx"}': 2,
  });
});

Deno.test("the longest gap is that of the enabled channel that is missing for the longest time", async () => {
  using site = testSite();
  const metrics = metricsOf(site);
  const name = "scrollback_longest_gap_seconds";
  assert.deepEqual(await valuesOf(metrics, name), { "{}": 0 });
  const at = 1_000_000;
  site.recorder.says = {
    at,
    channels: (["joined", "joining", "refused", "disabled"] as const).map((state, i) => ({
      channelId: i,
      login: `c${i}`,
      state,
      since: at - [900_000, 4_000, 60_500, 800_000][i]!,
      perMinute: 0,
    })),
  };
  assert.deepEqual(await valuesOf(metrics, name), { "{}": 60.5 });
});

Deno.test("a size that cannot be read has no series", async () => {
  using site = testSite();
  const metrics = metricsOf(site);
  assert.deepEqual(await valuesOf(metrics, "scrollback_database_size_bytes"), { "{}": 4_096 });
  assert.deepEqual(await valuesOf(metrics, "scrollback_disk_free_bytes"), {});
});

Deno.test("the parser of the format accepts what the specification shows, and nothing else", () => {
  const families = parseExposition(EXAMPLE);
  assert.deepEqual(families.map(({ name, type }) => [name, type]), [
    ["scrollback_requests_total", "counter"],
    ["scrollback_wait_seconds", "histogram"],
  ]);
  assert.equal(families[0]!.samples[0]!.labels.path, 'C:\\DIR\\"x"\n');
  for (
    const [from, to] of [
      ["# TYPE scrollback_requests_total counter", "# TYPE scrollback_requests counter"],
      ["# TYPE scrollback_requests_total counter", "# TYPE scrollback_requests_total number"],
      ['le="+Inf"} 3', 'le="+Inf"} 2'],
      ['le="0.1"} 1', 'le="0.1"} 9'],
      ["} 1027", "} many"],
      ['code="200"', 'code="200'],
      ['code="200"', 'code="\\q"'],
      ["scrollback_wait_seconds_count 3\n", ""],
      ["scrollback_wait_seconds_sum", "scrollback_other_sum"],
      ["scrollback_wait_seconds_count 3\n", "scrollback_wait_seconds_count 3"],
    ] as const
  ) {
    assert.ok(EXAMPLE.includes(from), from);
    assert.throws(() => parseExposition(EXAMPLE.replace(from, to)), Error, `${from} → ${to}`);
  }
});

Deno.test("the rules for names find each kind of fault", () => {
  const wrong = [
    "http_ms",
    "scrollback_wait_milliseconds",
    "scrollback_Wait",
    "scrollback_bytes_total",
    "scrollback_x_count",
  ];
  for (const name of wrong) {
    assert.ok(namingFaults([{ name, help: "Help", type: "gauge", samples: [] }]).length > 0, name);
  }
  assert.ok(
    namingFaults([{ name: "scrollback_lines", help: "Help", type: "counter", samples: [] }]).length > 0,
  );
  assert.deepEqual(namingFaults(parseExposition(EXAMPLE)), []);
});
