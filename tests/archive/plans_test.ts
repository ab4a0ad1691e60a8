/** Every statement that the archive prepares uses an index, looked at where it is prepared. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ANN, BEN, deletion, message, NOON, timeout } from "../support/archive/events.ts";
import {
  exec,
  openArchive,
  SECURE_DELETE,
  type TestArchive,
  wholePage,
} from "../support/archive/test_archive.ts";
import { searchOf } from "../support/search.ts";

/** Tables with few rows, which may be scanned and sorted. */
const SMALL = new Set([
  "archive",
  "channels",
  "channel_logins",
  "retention",
  "saved_searches",
  "webhooks",
  "highlight_rules",
  "tokens",
  "opt_outs",
  "index_faults",
  "shapes",
  "sqlite_master",
]);

/** Statements that scan a table on purpose, by how they begin. */
const SCANS = [
  // Once, after the machine's clock was put right.
  "DELETE FROM listening WHERE started_at > ?1",
  "SELECT id, channel_id FROM listening WHERE ended_at > ?",
  "DELETE FROM fills WHERE from_at > ?",
  "UPDATE fills SET to_at = ?1",
  "UPDATE channels AS c SET first_at = min(",
  // Once, at the first picture since the start.
  "SELECT sum(length(bytes)) AS n FROM pictures",
  // At the start, while an archive of the version before is upgraded.
  "SELECT id, login, name FROM user_names WHERE octet_length(name) <> length(name)",
  // While the index of names cannot be used.
  "SELECT u.id, u.display_name, u.last_at FROM user_names AS n CROSS JOIN users AS u",
];

/** Runs the work and returns the SQL of all statements that were prepared meanwhile, on any connection. */
async function preparedIn(work: () => Promise<void>): Promise<Set<string>> {
  const { prepare } = DatabaseSync.prototype;
  const prepared = new Set<string>();
  DatabaseSync.prototype.prepare = function (...args: Parameters<typeof prepare>) {
    prepared.add(args[0]);
    return prepare.apply(this, args);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  return prepared;
}

/** Records and reads in every way that there is. */
async function useAll(archive: TestArchive): Promise<void> {
  const { writer } = archive;
  const uuid = crypto.randomUUID();
  writer.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON + 1_000);
  const ids = archive.append([
    message(ANN, "hello pond", { uuid }),
    message(BEN, "hello lake"),
    message(BEN, "hello hill", { channel: "hill" }),
    deletion("ann", uuid),
    deletion("nobody", crypto.randomUUID()),
    timeout("ben", 12, 60),
  ]);
  writer.storeCoverage([{ kind: "ended", channelId: 1, at: NOON + 9_000, reason: "killed" }], NOON + 9_000);
  writer.storeCoverage([{ kind: "started", channelId: 1, at: NOON + 90_000 }], NOON + 91_000);
  writer.unfilledGaps(1, 0);
  const fill = {
    channelId: 1,
    from: NOON + 9_000,
    to: NOON + 90_000,
    source: "history.test",
    filledAt: NOON,
  };
  writer.fill(fill, [{ event: message(ANN, "filled"), receivedAt: NOON + 10_000 }]);
  const set = { channelId: 1, service: "7tv", at: NOON } as const;
  writer.change({
    kind: "store emote set",
    set: {
      ...set,
      emotes: [{ service: "7tv", id: "01A", name: "wave", isOverlay: false, ratio: 1 }],
    },
  });
  writer.change({ kind: "store emote set", set: { ...set, emotes: [] } });
  writer.emoteSetSize(1, "7tv");
  for (const name of ["7tv/01A/1", "7tv/01A/2"]) {
    const picture = { type: "image/png", bytes: new Uint8Array(2), hash: "00".repeat(32), at: NOON };
    writer.change({ kind: "store picture", picture: { ...picture, name, maxBytes: 1, used: ["7tv/01A/1"] } });
  }
  const webhook = { search: "a", url: "https://a.example/", secret: "00", createdAt: NOON, sentTo: 0 };
  writer.change({ kind: "add webhook", webhook });
  writer.change({ kind: "advance webhook", id: 1, sentTo: 5 });
  writer.change({ kind: "delete webhook", id: 1 });
  writer.change({ kind: "save search", saved: { name: "a", search: "a", savedAt: NOON } });
  writer.change({ kind: "delete search", name: "a" });
  const rule = { search: "a", color: "red", sound: false } as const;
  writer.change({ kind: "save highlight rule", rule, savedAt: NOON });
  writer.change({ kind: "delete highlight rule", search: "a" });
  writer.flushCounters();
  writer.quarantine({ event: message(ANN, "refused"), receivedAt: NOON }, "a test");
  writer.replayQuarantined(writer.quarantined(0)[0]!.id);
  {
    await using reader = archive.reader();
    for (const text of ["hello", '"hello pond"', "hel*", "hello lake"]) {
      await wholePage(reader, { search: searchOf(text), limit: 10 });
      await wholePage(reader, { search: searchOf(text), userId: 12, channelId: 1, limit: 10 });
    }
    await reader.timeline({ channelId: 1, place: { at: "around", id: ids[1]! }, limit: 5, gaps: true });
    await reader.timeline({ limit: 5 });
    await reader.event(ids[0]!);
    for (const text of ["", "a", "an", "ann", "nobody"]) await reader.searchUsers(text, 10);
    for (const name of ["ann", "Ann", "nobody"]) await reader.userByName(name);
    await reader.user(11);
    await reader.userByLogin("ben");
    await reader.channels();
    await reader.channelByLogin("hill");
    await reader.searchChannels("h", 10);
    await reader.tokens();
    await reader.optOuts();
    await reader.auditLog(5);
    await reader.totals();
    await reader.webhooks();
    await reader.setEmotes(1);
    await reader.picture("7tv/01A/2");
    await reader.minutes(1, 0);
    await reader.sessions({ channelId: 1, from: 0, to: NOON }, 5);
    await reader.coverage(1, 0, NOON + 100_000);
    await reader.gaps(1, 0, NOON + 100_000);
    await reader.missed(undefined, 0, NOON + 100_000);
  }
  const token = {
    name: "bot",
    hash: "ab".repeat(32),
    start: "sbk_",
    scopes: ["read"],
    createdAt: NOON,
  } as const;
  const entry = { at: NOON, by: "command", address: "", action: "test", object: "", result: "done" } as const;
  writer.change({ kind: "create token", token });
  writer.change({ kind: "use token", hash: token.hash, at: NOON });
  writer.change({ kind: "revoke token", name: "bot" });
  writer.change({ kind: "audit", entry });
  for (const kind of ["user", "channel"] as const) {
    writer.change({ kind: "opt out", optOut: { kind, twitchId: 12, at: NOON, stored: "deleted" } });
    writer.change({ kind: "end opt-out", subject: { kind, login: "nobody" } });
  }
  writer.applyOptOuts(true);
  while (writer.maintenance.deleteOptedOut(1));
  writer.change({ kind: "set retention", channelId: 1, retention: { days: 1, messages: 3 } });
  writer.maintenance.expire(10, NOON + 1_000_000);
  while (writer.maintenance.markRemoved(100));
  writer.deleteChannel(2, true);
  while (writer.maintenance.deleteMessages(10));
  writer.identifyChannel("lake", 9001, NOON);
  writer.setEnabled(1, false);
}

Deno.test("every statement that the archive prepares uses an index and does not sort", async () => {
  const prepared = await preparedIn(async () => {
    for (const setup of ["", SECURE_DELETE]) {
      using archive = openArchive();
      exec(archive, setup);
      await useAll(archive);
    }
  });
  using archive = openArchive();
  using db = new DatabaseSync(archive.path, { readOnly: true });
  const wrong: string[] = [];
  let looked = 0;
  for (const sql of prepared) {
    if (!/^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b/.test(sql)) continue;
    looked++;
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => row.detail as string);
    const isScan = SCANS.some((start) => sql.trim().replace(/\s+/g, " ").startsWith(start));
    if (!isScan && !plan.every((step) => isGood(step, plan, sql))) {
      wrong.push(`${sql}\n→ ${plan.join("\n→ ")}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(looked > 80, `${looked} statements were looked at`);
  const all = [...prepared].join("\n");
  for (
    const part of ["json_each(:ids)", "OFFSET :skip", "messages_index_idx", "rowid DESC", "names_index MATCH"]
  ) {
    assert.ok(all.includes(part), `a statement with ${part} was looked at`);
  }
});

function isGood(step: string, plan: string[], sql: string): boolean {
  const isSmall = (other: string) => SMALL.has(tableOf(other, sql));
  if (/TEMP B-TREE/.test(step)) {
    return plan.every((other) => !/^(SCAN|SEARCH) /.test(other) || isSmall(other));
  }
  if (/AUTOMATIC/.test(step)) return false;
  if (!step.startsWith("SCAN") || isSmall(step)) return true;
  // A subquery's rows are read once; constants are no table; a virtual table and a sorted one use their own index.
  if (plan.includes(`CO-ROUTINE ${step.slice("SCAN ".length)}`)) return true;
  return /VIRTUAL TABLE INDEX|USING (COVERING )?INDEX|\(subquery|CONSTANT ROW/.test(step);
}

/** The table of a step, which may name it by an alias. */
function tableOf(step: string, sql: string): string {
  const name = /^(?:SCAN|SEARCH) (\w+)/.exec(step)?.[1] ?? "";
  return new RegExp(`(\\w+) AS ${name}\\b`).exec(sql)?.[1] ?? name;
}
