/** Counts the matches of a search: by time, by facet and by topic. */
import type { DatabaseSync } from "node:sqlite";
import type { TopicEmote, Topics } from "../../statistics.ts";
import type { CountProgress, CountQuery, Facets, Histogram } from "../../timeline.ts";
import { allOf } from "../../../search/condition.ts";
import type { StoredEvent } from "../../../chat/events.ts";
import type { CandidateIndex } from "../postings/candidates.ts";
import { countQuickly } from "./count.ts";
import { conditionOf, type SearchExecutor } from "../search/execute.ts";
import { FacetCounter, SAMPLE } from "./facets.ts";
import { Bars, readAll } from "./histogram.ts";
import type { Deadline } from "../search/deadline.ts";
import { docRangeOf, type IdRange } from "../search/id_range.ts";
import { emoteTerm } from "../search/fact_terms.ts";
import { conjunction } from "../search/plan.ts";
import { Lookup, MAX_PAGES_OF_PREFIX } from "../search/lookup.ts";
import { byMessages, frequentEmotes, remarkableWords, TEXT_SAMPLE } from "./topics.ts";

/** The budget for counting: about a million documents. */
const COUNT_BUDGET_MS = 100;
/** Maximum number of candidates of a thread, which are all read: some seconds, if the count is continued. */
const MAX_COUNTED = 200_000;
/** The budget for finding the matches whose facets or topics are counted. */
const FACETS_BUDGET_MS = 50;

export class MatchCounter {
  readonly #executor: SearchExecutor;
  readonly #openIndex: () => CandidateIndex;
  readonly #eventsOf: (ids: readonly number[]) => StoredEvent[];
  readonly #facets: FacetCounter;
  readonly #count;

  /** @param openIndex as for the executor */
  constructor(
    db: DatabaseSync,
    executor: SearchExecutor,
    openIndex: () => CandidateIndex,
    eventsOf: (ids: readonly number[]) => StoredEvent[],
  ) {
    this.#executor = executor;
    this.#openIndex = openIndex;
    this.#eventsOf = eventsOf;
    this.#facets = new FacetCounter(db, eventsOf);
    this.#count = db.prepare("SELECT ifnull(sum(messages), 0) AS messages FROM channels");
  }

  /** See `ArchiveReader.histogram`. @throws AppError index_unusable */
  histogram(query: CountQuery, maxBars: number, exact?: CountProgress): Histogram | undefined {
    const range: IdRange = { ...this.#executor.rangeOf(query), direction: "DESC" };
    if (range.from >= range.to) {
      return new Bars({ from: range.from, to: range.from + 1 }, maxBars).histogram();
    }
    const index = this.#openIndex();
    const deadline = this.#executor.deadlineIn(COUNT_BUDGET_MS);
    if (exact) return this.#countAll(query, index, range, maxBars, exact, deadline);
    const condition = conditionOf(query);
    const lookup = new Lookup(index, this.#executor.tables, range);
    // A sample would hardly ever have one of the few messages of a thread.
    if (conjunction(condition).some(({ is }) => is === "thread")) {
      const { size = Infinity } = lookup.candidates(condition) ?? {};
      if (size <= MAX_COUNTED) return this.#countAll(query, index, range, maxBars, {}, deadline);
    }
    return countQuickly({ condition, lookup, index, range, maxBars, deadline }, this.#executor.verifier);
  }

  /** See `ArchiveReader.facets`. @throws AppError index_unusable */
  facets(query: CountQuery): Facets {
    const range = this.#executor.rangeOf(query);
    const index = this.#openIndex();
    const deadline = this.#executor.deadlineIn(FACETS_BUDGET_MS);
    const { ids, stoppedAt } = this.#executor.collect(query, index, range, SAMPLE + 1, deadline);
    const lookup = new Lookup(index, this.#executor.tables, range);
    const isAll = stoppedAt === undefined && ids.length <= SAMPLE;
    return { ...this.#facets.count(ids.slice(0, SAMPLE), lookup, index), isAll };
  }

  /** See `ArchiveReader.topics`. @throws AppError index_unusable */
  topics(query: CountQuery): Topics {
    const index = this.#openIndex();
    const deadline = this.#executor.deadlineIn(FACETS_BUDGET_MS);
    const { ids, stoppedAt } = this.#executor.collect(
      query,
      index,
      this.#executor.rangeOf(query),
      TEXT_SAMPLE + 1,
      deadline,
    );
    const isAll = stoppedAt === undefined && ids.length <= TEXT_SAMPLE;
    const events = this.#eventsOf(ids.slice(0, TEXT_SAMPLE));
    const total = this.#count.get()!.messages as number;
    const emotes = frequentEmotes(events);
    const counted = isAll ? emotes : this.#countEmotes(query, index, emotes);
    return {
      messages: events.length,
      isAll,
      emotes: counted ?? emotes,
      areEmotesCounted: counted !== undefined,
      words: remarkableWords(events, total, (words) => this.frequencies(words)),
    };
  }

  /** Counts the emotes in all matches; undefined if the index does not decide that in time. */
  #countEmotes(
    query: CountQuery,
    index: CandidateIndex,
    emotes: readonly TopicEmote[],
  ): TopicEmote[] | undefined {
    const range = this.#executor.rangeOf(query);
    const lookup = new Lookup(index, this.#executor.tables, range);
    const deadline = this.#executor.deadlineIn(COUNT_BUDGET_MS);
    const counted: TopicEmote[] = [];
    for (const { name } of emotes) {
      const condition = allOf([conditionOf(query), { is: "emote", name: name.toLowerCase() }]);
      const list = lookup.exactList(condition);
      let messages = 0;
      if (!list || readAll(list, index, deadline, () => void messages++) !== undefined) return undefined;
      counted.push({ name, messages });
    }
    return counted.sort(byMessages);
  }

  /** See `ArchiveReader.words`. @throws AppError index_unusable */
  words(prefix: string, limit: number): [word: string, messages: number][] {
    return this.#openIndex().words(prefix, limit);
  }

  /** See `ArchiveReader.emotes`. @throws AppError index_unusable */
  emotes(prefix: string, limit: number): [name: string, messages: number][] {
    const term = emoteTerm(prefix);
    return this.#openIndex().words(term, limit)
      .map(([found, messages]) => [prefix + found.slice(term.length), messages]);
  }

  /** See `ArchiveReader.frequencies`. @throws AppError index_unusable */
  frequencies(words: readonly string[]): number[] {
    const index = this.#openIndex();
    const lists = index.lists();
    const range = docRangeOf({ from: 0, to: Number.MAX_SAFE_INTEGER, direction: "DESC" }, index);
    return words.map((text) => lists.list({ text, prefix: false }, range).size);
  }

  /** Counts every match before `before`, until the deadline. */
  #countAll(
    query: CountQuery,
    index: CandidateIndex,
    range: IdRange,
    maxBars: number,
    { before = range.to }: CountProgress,
    deadline: Deadline,
  ): Histogram {
    const bars = new Bars(range, maxBars);
    const condition = conditionOf(query);
    const rest: IdRange = { ...range, to: before };
    const lookup = new Lookup(index, this.#executor.tables, rest);
    const isQuick = lookup.pagesOfPrefixes(condition) <= MAX_PAGES_OF_PREFIX;
    const list = isQuick ? lookup.exactList(condition) : undefined;
    if (list) {
      const stoppedAt = readAll(list, index, deadline, (id) => bars.add(id));
      return { ...bars.histogram(), ...stoppedAt !== undefined && { stoppedAt } };
    }
    const { ids, stoppedAt } = this.#executor.collect(
      query,
      index,
      { ...range, to: before },
      Infinity,
      deadline,
    );
    for (const id of ids) bars.add(id);
    return { ...bars.histogram(), ...stoppedAt !== undefined && { stoppedAt } };
  }
}
