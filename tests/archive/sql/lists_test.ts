/** The views for plain SQL of users, channels and coverage say what the archive's own reader says. */
import assert from "node:assert/strict";
import { ANN, BEN, message, NOON } from "../../support/archive/events.ts";
import { gapRows, isoTime, query, type SqlRow } from "../../support/archive/sql_rows.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

Deno.test("users, channels and counters read the same with plain SQL", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "hello"),
    message({ ...ANN, login: "ann_two" }, "renamed"),
    message({ login: "old_log", flags: "" }, "no id", { tags: [] }),
    message(BEN, "on the hill", { channel: "hill" }),
  ]);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const channels = await reader.channels();
  assert.deepEqual(
    query(
      archive,
      "SELECT channel, twitch_id, messages, first_ms, last_ms FROM chat_channels ORDER BY channel",
    ),
    channels.map((channel) => ({
      channel: channel.login,
      twitch_id: channel.twitchId ?? null,
      messages: channel.messages,
      first_ms: channel.firstAt ?? null,
      last_ms: channel.lastAt ?? null,
    })),
  );
  const users = query(archive, "SELECT * FROM chat_users");
  assert.ok(users.length >= 3);
  for (const row of users) {
    const user = (await reader.user(row.user_id as number))!;
    assert.deepEqual(
      [row.login, row.display_name, row.messages, row.first_ms, row.last_ms, row.first_time],
      [
        user.login,
        user.displayName,
        user.messages,
        user.firstAt ?? null,
        user.lastAt ?? null,
        user.firstAt === undefined ? null : isoTime(user.firstAt),
      ],
    );
    assert.deepEqual(
      query(
        archive,
        `SELECT login, first_ms AS firstAt, last_ms AS lastAt FROM chat_user_names WHERE user_id = ${row.user_id}
        ORDER BY is_present DESC, last_ms DESC`,
      ),
      user.names,
    );
    assert.deepEqual(
      query(
        archive,
        `SELECT channel_id AS channelId, channel AS login, messages FROM chat_user_channels
        WHERE user_id = ${row.user_id} ORDER BY messages DESC`,
      ),
      user.channels,
    );
  }
  const [minutes] = query(archive, "SELECT sum(messages) AS n FROM chat_minutes WHERE channel = 'lake'");
  assert.equal(minutes!.n, channels.find(({ login }) => login === "lake")!.messages);
});

Deno.test("former names of a channel are there", async () => {
  using archive = openArchive();
  archive.writer.createChannel("pond", NOON);
  archive.writer.identifyChannel("pond", 9001, NOON + 6_000);
  await using reader = archive.reader();
  assert.deepEqual((await reader.channelByLogin("pond"))!.earlierLogins, ["lake"]);
  assert.deepEqual(query(archive, "SELECT * FROM chat_channel_names"), [{
    channel_id: 1,
    channel: "pond",
    former_login: "lake",
    until_time: isoTime(NOON + 6_000),
    until_ms: NOON + 6_000,
  }]);
});

Deno.test("coverage, gaps and fills read the same with plain SQL", async () => {
  using archive = openArchive();
  const at = (s: number) => NOON + s * 1_000;
  const { writer } = archive;
  writer.storeCoverage([
    { kind: "started", channelId: 1, at: at(0) },
    { kind: "ended", channelId: 1, at: at(10), reason: "killed" },
    { kind: "started", channelId: 1, at: at(100) },
    { kind: "ended", channelId: 1, at: at(110), reason: "disabled" },
    { kind: "started", channelId: 1, at: at(200) },
    { kind: "ended", channelId: 1, at: at(210), reason: "connection lost" },
    { kind: "started", channelId: 1, at: at(300) },
    { kind: "started", channelId: 2, at: at(0) },
    { kind: "ended", channelId: 2, at: at(10), reason: "stopped" },
  ], at(310));
  const fill = (from: number, to: number) => {
    writer.fill({ channelId: 1, from: at(from), to: at(to), source: "history.test", filledAt: at(400) }, []);
  };
  fill(10, 60);
  fill(30, 100);
  fill(220, 240);
  fill(230, 250);
  await using reader = archive.reader();
  const expected: SqlRow[] = [];
  for (const { id, login } of await reader.channels()) {
    expected.push(...gapRows(login, id, await reader.coverage(id, 0, at(1_000))));
  }
  const gaps = query(archive, "SELECT * FROM chat_gaps ORDER BY channel_id DESC, start_ms");
  assert.deepEqual(gaps.map(({ filled_ms: _, ...row }) => row), expected);
  assert.deepEqual(gaps.map(({ filled_ms }) => filled_ms), [0, 90_000, 0, 30_000]);
  assert.deepEqual(
    query(archive, "SELECT start_ms, end_ms, known_ms, end_reason FROM chat_coverage WHERE channel = 'lake'"),
    [
      { start_ms: at(0), end_ms: at(10), known_ms: at(10), end_reason: "killed" },
      { start_ms: at(100), end_ms: at(110), known_ms: at(110), end_reason: "disabled" },
      { start_ms: at(200), end_ms: at(210), known_ms: at(210), end_reason: "connection lost" },
      { start_ms: at(300), end_ms: null, known_ms: at(310), end_reason: null },
    ],
  );
  assert.equal(query(archive, "SELECT * FROM chat_fills WHERE source = 'history.test'").length, 4);
});
