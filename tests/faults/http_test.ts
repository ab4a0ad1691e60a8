/**
 * Idle connections, partial requests and clients that do not read, at 1,000 messages a second: recording
 * continues, and other clients get answers. Timeouts are the program's real ones.
 */
import assert from "node:assert/strict";
import { delay, Stage } from "./support/stage.ts";
import { until } from "../support/until.ts";

/** No channel moves to its own connection during the test. */
const SETTINGS = { TWITCH_BUSY_PER_MINUTE: "1000000" };

const DESCRIPTORS = 256;
/** The command that starts the program with a limit of descriptors. */
const FEW_DESCRIPTORS = ["prlimit", `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`];

/**
 * @param limit `soft:hard`, either of which may be empty; without it, only checks whether limits can be set
 */
function setLimit(pid: number, limit: string): boolean {
  try {
    const args = [`--pid=${pid}`, limit === "" ? "--nofile" : `--nofile=${limit}`];
    return new Deno.Command("prlimit", { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

const canLimit = setLimit(Deno.pid, "");
if (!canLimit) console.error("skipped in part: setting limits requires prlimit");

/** Many connections that send the same text and stay open until they are closed or the scope ends. */
class Crowd implements Disposable {
  open = 0;
  /** How long each closed connection was open. */
  readonly lastedMs: number[] = [];
  readonly #sockets = new Set<Deno.TcpConn>();

  static async of(size: number, url: string, text: string, reads = true): Promise<Crowd> {
    const crowd = new Crowd();
    for (let n = 0; n < size; n++) await crowd.#join(url, text, reads);
    return crowd;
  }

  async #join(url: string, text: string, reads: boolean): Promise<void> {
    const { hostname, port } = new URL(url);
    const socket = await Deno.connect({ hostname, port: Number(port) });
    this.#sockets.add(socket);
    this.open++;
    await socket.write(new TextEncoder().encode(text)).catch(() => {});
    if (reads) void this.#untilEnded(socket, performance.now());
  }

  async #untilEnded(socket: Deno.TcpConn, since: number): Promise<void> {
    const buffer = new Uint8Array(1_024);
    while (await socket.read(buffer).catch(() => null) !== null);
    this.lastedMs.push(performance.now() - since);
    this.open--;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.close();
  }
}

/** Time limit for a request of the dashboard on a busy machine. */
const MAX_VIEW_MS = 5_000;

/** The longest of ten requests of the dashboard in milliseconds. Each must succeed. */
async function longestView(stage: Stage): Promise<number> {
  let longestMs = 0;
  for (let n = 0; n < 10; n++) {
    const startedAt = performance.now();
    const answer = await fetch(`${stage.program.url}/`);
    await answer.arrayBuffer();
    assert.equal(answer.status, 200);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    // Spread the requests over a second.
    await delay(100);
  }
  return longestMs;
}

async function metric(stage: Stage, name: string): Promise<number> {
  const line = (await stage.page("/metrics")).split("\n").find((line) =>
    line.startsWith(`scrollback_${name} `)
  );
  return Number(line?.split(" ").at(-1));
}

const countLogged = (stage: Stage, text: string) =>
  stage.program.log.filter(({ message }) => String(message).includes(text)).length;

Deno.test(
  `${DESCRIPTORS} descriptors and 300 silent connections: recording and pages continue, and the connections are closed`,
  {
    ignore: !canLimit,
  },
  async () => {
    await using stage = await Stage.open({ channels: 5, env: SETTINGS, through: FEW_DESCRIPTORS });
    stage.startSending();
    await stage.sentMore(500);
    const { stored } = await stage.counts();
    using crowd = await Crowd.of(300, stage.program.url, "");
    // A connection can be closed for a new one only after it has been idle for a second.
    await delay(1_100);
    const longestMs = await longestView(stage);
    const connections = await metric(stage, "http_connections");
    const refused = await metric(stage, 'http_connections_refused_total{reason="total"}');
    await until(() => crowd.open === 0);
    const silent = await metric(stage, 'http_connections_ended_total{reason="silent"}');
    console.error(
      `${connections} of 300 open, ${refused} refused, ${silent} ended as silent after at most ` +
        `${Math.round(Math.max(...crowd.lastedMs))} ms; the longest view took ${Math.round(longestMs)} ms`,
    );
    assert.ok(connections <= DESCRIPTORS / 2, "HTTP leaves half of the descriptors to recording");
    assert.ok(refused > 0 && silent > 0);
    assert.ok(longestMs < MAX_VIEW_MS);
    assert.ok(Math.max(...crowd.lastedMs) < 20_000);
    assert.ok((await stage.counts()).stored! > stored!);
    assert.equal(countLogged(stage, "connections are refused"), 1);
    assert.deepEqual(stage.missing(await stage.storedIds()), []);
  },
);

Deno.test(
  "without free descriptors: it is logged once, recording continues, and pages recover by themselves",
  {
    ignore: !canLimit,
  },
  async () => {
    await using stage = await Stage.open({ channels: 5, env: SETTINGS });
    stage.startSending();
    await stage.sentMore(500);
    assert.ok(setLimit(stage.program.pid, "1:"));
    using _waiting = await Crowd.of(
      50,
      stage.program.url,
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    );
    await stage.program.logged("connections cannot be accepted");
    await delay(5_000);
    assert.ok(setLimit(stage.program.pid, "4096:"));
    await stage.program.logged("connections are accepted again");
    assert.equal((await fetch(`${stage.program.url}/healthz`)).status, 200);
    assert.equal(countLogged(stage, "connections cannot be accepted"), 1);
    assert.ok(await metric(stage, "http_accept_failures_total") > 1);
    assert.equal(await metric(stage, "http_accepting"), 1);
    assert.deepEqual(stage.missing(await stage.storedIds()), []);
    for (const login of stage.channels) assert.deepEqual(await stage.gaps(login), []);
  },
);

Deno.test("half a header, half a body, and clients that do not read: all are closed, and nothing is lost", async () => {
  await using stage = await Stage.open({ channels: 5, env: SETTINGS });
  stage.startSending();
  // The first request is slower; do not count it.
  await stage.page("/");
  const { url } = stage.program;
  const form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname=";
  const post = `POST /channels HTTP/1.1\r\nHost: localhost\r\n${form}`;
  const live = "GET /channels/1/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const many = "GET /static/vendor/htmx.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(30);
  using headers = await Crowd.of(50, url, "GET / HTTP/1.1\r\nHost: loc");
  using bodies = await Crowd.of(50, url, post);
  using _deaf = await Crowd.of(5, url, live, false);
  using _greedy = await Crowd.of(5, url, many, false);
  const longestMs = await longestView(stage);
  await until(() => headers.open + bodies.open === 0);
  const [header, body] = [headers, bodies].map(({ lastedMs }) => Math.round(Math.max(...lastedMs)));
  await until(async () => await metric(stage, "http_connections") <= 3);
  console.error(
    `half a header: ended after at most ${header} ms, half a body: ${body} ms; ` +
      `not read: ${await metric(stage, 'http_connections_ended_total{reason="unread"}')} ended; ` +
      `the longest view took ${Math.round(longestMs)} ms`,
  );
  assert.ok(header! < 20_000 && body! < 40_000);
  assert.ok(longestMs < MAX_VIEW_MS);
  assert.equal(await metric(stage, "watchers"), 0);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal((await stage.counts()).dropped, 0);
});
