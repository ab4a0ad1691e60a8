/** A stand-in for an OpenTelemetry collector: receives OTLP over HTTP as JSON. */

export interface ReceivedSpan {
  name: string;
  kind: number;
  attributes: Record<string, string>;
}

export interface OtlpCollector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string;
  spans: ReceivedSpan[];
  /** Names of the received metrics. */
  metrics: Set<string>;
  /** Services that sent something. */
  services: Set<string>;
  /** Resolves when the condition holds, which is examined after each export. */
  when(condition: () => boolean): Promise<void>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string };
}
interface Export {
  resourceSpans?: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[];
  resourceMetrics?: {
    resource: { attributes: Attribute[] };
    scopeMetrics: { metrics: { name: string }[] }[];
  }[];
}
interface Span {
  name: string;
  kind: number;
  attributes: Attribute[];
}

export function startOtlpCollector(): OtlpCollector {
  const spans: ReceivedSpan[] = [];
  const metrics = new Set<string>();
  const services = new Set<string>();
  const waiting = new Set<{ condition: () => boolean; resolve: () => void }>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { resourceSpans = [], resourceMetrics = [] } = await request.json() as Export;
    for (const { resource } of [...resourceSpans, ...resourceMetrics]) {
      services.add(valuesOf(resource.attributes)["service.name"] ?? "");
    }
    for (
      const { name, kind, attributes } of resourceSpans.flatMap((one) => one.scopeSpans).flatMap((one) =>
        one.spans
      )
    ) {
      spans.push({ name, kind, attributes: valuesOf(attributes) });
    }
    for (const { name } of resourceMetrics.flatMap((one) => one.scopeMetrics).flatMap((one) => one.metrics)) {
      metrics.add(name);
    }
    for (const waiter of waiting) if (waiter.condition()) waiter.resolve();
    return Response.json({});
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    spans,
    metrics,
    services,
    async when(condition) {
      if (condition()) return;
      await new Promise<void>((resolve) => waiting.add({ condition, resolve }));
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? ""]));
}
