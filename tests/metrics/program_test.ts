/** `/metrics` of the running program: the format, the names, and that clients cannot make series. */
import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { namingFaults, parseExposition, type Sample } from "../support/metrics/exposition.ts";
import { installed } from "../support/process/installed.ts";
import { runProgram } from "../support/process/program.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

async function read(url: string): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text();
}

async function samples(url: string): Promise<Sample[]> {
  return parseExposition(await read(url)).flatMap(({ samples }) => samples);
}

async function value(
  url: string,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  return (await samples(url)).find((sample) =>
    sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text)
  )?.value;
}

Deno.test("/metrics follows the format and the naming rules, and says what happened", async () => {
  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    twitch,
    env: { TWITCH_CHANNELS: "alpha beta", TWITCH_JOINS_PER_10S: "1" },
  });
  const { url } = program;
  await until(async () => await value(url, "scrollback_channels", { state: "joined" }) === 1);
  const [joined] = ["alpha", "beta"].filter((login) => twitch.joined(login));
  twitch.send(privmsg({ channel: joined!, roomId: twitch.roomId(joined!) }));
  await until(async () => (await value(url, "scrollback_commit_duration_seconds_count"))! > 0);
  await (await fetch(`${url}/channels/1`)).text();

  const families = parseExposition(await read(url));
  assert.deepEqual(namingFaults(families), []);
  const found = new Map(families.flatMap(({ samples }) => samples.map((sample) => [sample.name, sample])));
  for (
    const name of [
      "database_size_bytes",
      "wal_size_bytes",
      "disk_free_bytes",
      "queue_limit",
      "overflow_limit_bytes",
    ]
  ) {
    assert.ok(found.get(`scrollback_${name}`)!.value > 0, name);
  }
  assert.match(found.get("scrollback_build_info")!.labels.sqlite!, /^3\.\d+/);
  assert.ok(found.get("process_cpu_seconds_total")!.value > 0);
  assert.ok(found.get("scrollback_query_duration_seconds_count")!.value > 0);
  assert.equal(
    await value(url, "scrollback_http_request_duration_seconds_count", {
      route: "/channels/:id",
      status: "2xx",
    }),
    1,
  );
  assert.ok((await value(url, "scrollback_join_waits_total"))! >= 1, "the second JOIN waits");
  assert.ok((await value(url, "scrollback_longest_gap_seconds"))! > 0, "its channel is not joined");

  await twitch.dropAll();
  await until(async () => await value(url, "scrollback_sessions_lost_total") === 1);
  assert.equal(await value(url, "scrollback_gaps_total", { reason: "connection lost" }), 1);
  await until(async () => (await value(url, "scrollback_sessions_total"))! >= 2);
});

Deno.test("requests cannot make new series beyond the routes", async () => {
  using folder = tempFolder();
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" },
  });
  const { url } = program;
  const ask = async (path: string, method = "GET") => {
    await (await fetch(url + path, { method, redirect: "manual" })).body?.cancel();
  };
  const ways: [path: (i: number) => string, method: (i: number) => string][] = [
    [(i) => `/no/such/${i}`, () => "GET"],
    [(i) => `/channels/${i}`, () => "GET"],
    [(i) => `/users/name${i}`, () => "GET"],
    [(i) => `/searches/x${i}`, () => "GET"],
    [(i) => `/search/messages?q=word${i}`, () => "GET"],
    [(i) => `/static/${i}.js`, () => "GET"],
    [() => "/", (i) => `BREW${i}`],
  ];
  for (const [path, method] of ways) await ask(path(0), method(0));
  // The route of the metrics has a series after its first answer.
  await read(url);
  const before = (await samples(url)).length;
  for (let i = 1; i <= 20; i++) {
    for (const [path, method] of ways) await ask(path(i), method(i));
  }
  assert.equal((await samples(url)).length, before);
});

Deno.test("promtool finds nothing wrong", async () => {
  if (!await installed("promtool")) return;
  using folder = tempFolder();
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" },
  });
  const check = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
  const writer = check.stdin.getWriter();
  await writer.write(new TextEncoder().encode(await read(program.url)));
  await writer.close();
  const { success, stdout, stderr } = await check.output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
  assert.equal(decoder.decode(stdout) + decoder.decode(stderr), "");
});
