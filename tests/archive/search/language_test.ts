/** Random searches over recorded chat find what a plain look at every event finds. */
import assert from "node:assert/strict";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { fileLines } from "../../../src/demo/line_file.ts";
import { Random } from "../../../src/demo/script/random.ts";
import { readLine } from "../../../src/irc/read.ts";
import { compileSearch } from "../../../src/search/compile.ts";
import type { Known } from "../../../src/search/names.ts";
import { EVERYTHING } from "../../../src/search/condition.ts";
import { matcher } from "../../../src/search/evaluate.ts";
import { EventFacts } from "../../../src/search/facts.ts";
import { parseSearchText } from "../../../src/search/language/parse.ts";
import { HAS, IS } from "../../../src/search/language/values.ts";
import { makeFormer } from "../../support/archive/former_archive.ts";
import type { Facets, Histogram } from "../../../src/archive/timeline.ts";
import { countAll } from "../../support/archive/count_all.ts";
import { NOON } from "../../support/archive/events.ts";
import {
  exec,
  openArchive,
  SECURE_DELETE,
  type TestArchive,
  wholePage,
} from "../../support/archive/test_archive.ts";
import { dataFile } from "../../support/chat/recorded.ts";

const RECORDED = [["recon-arypie.irc.zst", 900], ["recon-northernlion.irc.zst", 900], [
  "kinds-dev.irc",
  800,
]] as const;
const SPACING_MS = 20_000;
const NOW = NOON + 2 * 86_400_000;

/** Lines from the middle of each file, as long as they are events of a channel. */
async function recordedLines(): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, count] of RECORDED) {
    const path = dataFile(name);
    if (path === undefined) return [];
    const some: string[] = [];
    for await (const part of fileLines(path)) {
      some.push(...part.map(({ line }) => line));
      if (some.length > 20_000) break;
    }
    lines.push(...some.slice(-count));
  }
  return lines;
}

/** Searches made of what the events contain: three operators on average. */
class Searches {
  readonly #random = new Random(15);

  constructor(readonly events: readonly StoredEvent[], readonly known: Known) {}

  next(): string {
    const count = this.#random.int(1, 4);
    return Array.from({ length: count }, () => this.#part(2)).join(" ");
  }

  #part(depth: number): string {
    const random = this.#random;
    if (random.chance(0.15)) return `-${this.#leafOrGroup(depth)}`;
    if (random.chance(0.12) && depth > 0) return `(${this.#part(depth - 1)} OR ${this.#part(depth - 1)})`;
    return this.#leafOrGroup(depth);
  }

  #leafOrGroup(depth: number): string {
    return depth > 0 && this.#random.chance(0.08)
      ? `(${this.#part(depth - 1)} ${this.#part(depth - 1)})`
      : this.#leaf();
  }

  #leaf(): string {
    const random = this.#random;
    const event = random.pick(this.events);
    const words = event.text.split(/\s+/).filter((word) => /^[^\s()"“”„*/-][^\s()"“”„*]*$/.test(word));
    const word = words.length > 0 ? random.pick(words) : "the";
    const moment = new Date(NOON + random.int(0, this.events.length) * SPACING_MS).toISOString().slice(0, 16);
    const leaves = [
      () => word,
      () => word,
      () => `"${words.slice(0, 2).join(" ") || "x"}"`,
      () => `${word.slice(0, random.int(2, 4))}*`,
      () => `from:${random.pick([...this.known.users.keys()])}`,
      () => `in:${random.pick([...this.known.channels.keys()])}`,
      () => `is:${random.pick(IS)}`,
      () => `has:${random.pick(HAS)}`,
      () => `emote:${new EventFacts(event).emotes[0] ?? "Kappa"}`,
      () => `badge:${event.author?.badges?.split(",")[0] || "moderator"}`,
      () => `bits:>=${random.int(1, 200)}`,
      () => `${random.pick(["before", "after"])}:${moment}`,
      () => `to:${random.pick([...this.known.users.keys()])}`,
      () => `mentions:${random.pick([...this.known.users.keys()])}`,
      () => `/${word.replaceAll(/[^a-zA-Z]/g, ".") || "a"}/i`,
    ];
    return random.pick(leaves)();
  }
}

function assertCounts(histogram: Histogram, right: readonly StoredEvent[], text: string): void {
  const { messages, from, widthMs, counts, hours } = histogram;
  assert.equal(messages, right.length, text);
  const [bars, week] = [new Array(counts.length).fill(0), new Array(168).fill(0)];
  for (const { id } of right) {
    const at = new Date(receivedAt(id));
    bars[Math.floor((at.getTime() - from) / widthMs)]++;
    week[(at.getUTCDay() + 6) % 7 * 24 + at.getUTCHours()]++;
  }
  assert.deepEqual(counts, bars, text);
  assert.deepEqual(hours, week, text);
}

/** What the matches have in common, if the archive had the time to find them all. */
function assertFacets(facets: Facets, right: readonly StoredEvent[], text: string): void {
  if (!facets.isAll) return;
  assert.equal(facets.messages, right.length, text);
  const counted = <K>(keysOf: (event: StoredEvent) => Iterable<K>) => {
    const counts = new Map<K, number>();
    for (const event of right) {
      for (const key of new Set(keysOf(event))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const assertTop = <K>(found: readonly [K, number][], counts: ReadonlyMap<K, number>) => {
    for (const [key, messages] of found) assert.equal(messages, counts.get(key), `${key} of ${text}`);
    const most = [...counts.values()].sort((a, b) => b - a).slice(0, 12);
    assert.deepEqual(found.map(([, messages]) => messages), most, text);
  };
  assertTop(facets.channels, counted(({ channelId }) => [channelId]));
  assertTop(
    facets.users.map(({ id, messages }) => [id, messages]),
    counted(({ userId }) => userId === undefined ? [] : [userId]),
  );
  const facts = counted((event) => {
    const facts = new EventFacts(event);
    return [
      ...IS.filter((value) => facts.is(value)).map((value) => `is:${value}`),
      ...HAS.filter((value) => facts.has(value)).map((value) => `has:${value}`),
    ];
  });
  for (const { operator, value, messages } of facets.facts) {
    assert.equal(messages, facts.get(`${operator}:${value}`), `${operator}:${value} of ${text}`);
  }
  if (right.length <= 1_000) {
    const emotes = counted((event) => new EventFacts(event).emotes);
    for (const [name, messages] of facets.emotes) {
      assert.equal(messages, emotes.get(name), `${name} of ${text}`);
    }
  }
}

const VARIANTS: { by: string; count: number; prepare(archive: TestArchive): void }[] = [
  { by: "the index's pages", count: 2_000, prepare: () => {} },
  { by: "MATCH", count: 500, prepare: (archive) => exec(archive, SECURE_DELETE) },
  {
    by: "an index that is half upgraded",
    count: 500,
    prepare(archive) {
      archive.writer[Symbol.dispose]();
      makeFormer(archive.path);
      archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
      archive.writer.maintenance.upgradeTerms(1_300);
    },
  },
];

for (const { by, count, prepare } of VARIANTS) {
  Deno.test(`${count} random searches by ${by} find the same as a look at every recorded event`, async () => {
    const lines = await recordedLines();
    if (lines.length === 0) return;
    using archive = openArchive();
    const received = lines.flatMap((line) => {
      const reading = readLine(line);
      return reading.kind === "chat" ? [reading.event] : [];
    }).map((event, n) => ({ event, receivedAt: NOON + n * SPACING_MS }));
    assert.ok(received.length > 2_000);
    const channels = new Set(received.map(({ event }) => event.channel));
    const ids = new Map([...channels].map((login) => [login, archive.writer.createChannel(login, NOON).id]));
    // What live pages are given as it is said.
    const announced = archive.writer.append(received, new Set(ids.values())).events.toReversed();
    prepare(archive);
    await using reader = archive.reader();
    const events: StoredEvent[] = [];
    for (const channelId of ids.values()) {
      let before: number | undefined;
      while (true) {
        const place = before === undefined
          ? { at: "newest" } as const
          : { at: "before", id: before } as const;
        const page = await reader.timeline({ channelId, place, limit: 200 });
        events.push(...page.events);
        before = page.events.at(-1)?.id;
        if (!page.more) break;
      }
    }
    events.sort((a, b) => b.id - a.id);
    const users = events.flatMap(({ author, userId }) =>
      author && userId !== undefined ? [[author.login, userId] as const] : []
    );
    const known: Known = {
      channels: new Map([...ids].map(([login, id]) => [login, [id]])),
      users: new Map(users.map(([login, id]) => [login, { id, logins: [login] }])),
      threads: new Map(),
    };
    const searches = new Searches(events, known);
    const texts = Array.from({ length: count }, () => searches.next());
    let found = 0;
    let counted = 0;
    for (const [n, text] of texts.entries()) {
      const parsed = parseSearchText(text);
      if (parsed.problems.length > 0) continue;
      const { condition = EVERYTHING, from = 0, to = Infinity, problems } = compileSearch(parsed, known, NOW);
      assert.deepEqual(problems, [], text);
      const matches = matcher(condition);
      const right = events.filter((event) =>
        receivedAt(event.id) >= from && receivedAt(event.id) < to && matches(event)
      );
      const page = await wholePage(reader, {
        search: condition,
        from,
        to: to === Infinity ? undefined : to,
        limit: 50,
      });
      assert.deepEqual(page.events.map(({ id }) => id), right.slice(0, 50).map(({ id }) => id), text);
      if (!/is:(?:deleted|filled)/.test(text)) {
        const live = announced.filter((event) =>
          receivedAt(event.id) >= from && receivedAt(event.id) < to && matches(event)
        );
        assert.deepEqual(live.map(({ id }) => id), right.map(({ id }) => id), `live: ${text}`);
      }
      if (right.length > 0) found++;
      const query = { search: condition, from, to: to === Infinity ? undefined : to };
      const quick = await reader.histogram(query, 160);
      if (quick && !quick.estimate) {
        counted++;
        assertCounts(await countAll(reader, query, quick), right, text);
      }
      if (quick?.estimate) {
        assert.ok(quick.estimate.low <= quick.messages && quick.messages <= quick.estimate.high, text);
      }
      if (n % 10 === 0) {
        assertCounts(await countAll(reader, query), right, text);
        assertFacets((await reader.facets(query))!, right, text);
      }
    }
    assert.ok(counted > count / 2, `only ${counted} searches were counted`);
    assert.ok(found > count / 3, `only ${found} searches found something`);
  });
}
