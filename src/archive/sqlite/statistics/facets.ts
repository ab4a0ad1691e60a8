/** Counts the channels, users, facts and emotes of the newest matches of a search. */
import type { DatabaseSync } from "node:sqlite";
import type { Facets } from "../../timeline.ts";
import type { StoredEvent } from "../../../chat/events.ts";
import { EventFacts } from "../../../search/facts.ts";
import { HAS, IS } from "../../../search/language/values.ts";
import type { Condition } from "../../../search/condition.ts";
import { prepareArrays } from "../file/connection.ts";
import type { CandidateIndex, Docs } from "../postings/candidates.ts";
import type { Lookup } from "../search/lookup.ts";
import { endsOf, intersect } from "../postings/postings.ts";

/** Maximum number of the newest matches that are read. */
export const SAMPLE = 5_000;
/** Maximum number of these messages whose emotes are read. */
const EMOTES_SAMPLE = 1_000;
/** Entries of each facet. */
const TOP = 12;
/** Pages of a fact's list to read. A longer list has most of the messages, so it would narrow little. */
const MAX_PAGES = 60;

const CHANNELS_AND_USERS = `
  SELECT m.channel_id, a.user_id
  FROM json_each(?) AS candidate
  CROSS JOIN messages AS m ON m.id = candidate.value
  LEFT JOIN authors AS a ON a.id = m.author_id`;

const NAMES = `
  SELECT id, login, display_name
  FROM users
  WHERE id IN (SELECT value FROM json_each(?))`;

export class FacetCounter {
  readonly #eventsOf: (ids: readonly number[]) => StoredEvent[];
  readonly #sql;

  constructor(db: DatabaseSync, eventsOf: (ids: readonly number[]) => StoredEvent[]) {
    this.#eventsOf = eventsOf;
    this.#sql = {
      channelsAndUsers: prepareArrays(db, CHANNELS_AND_USERS),
      names: prepareArrays(db, NAMES),
    };
  }

  /** @param ids the newest matches, newest first */
  count(ids: readonly number[], lookup: Lookup, index: CandidateIndex): Omit<Facets, "isAll"> {
    const channels = new Map<number, number>();
    const users = new Map<number, number>();
    const rows = this.#sql.channelsAndUsers.all(JSON.stringify(ids));
    for (const [channelId, userId] of rows as unknown as [number, number | null][]) {
      add(channels, channelId);
      if (userId !== null) add(users, userId);
    }
    const docs = Float64Array.from(ids, (id) => index.docAt(id)).reverse();
    const withFact = (condition: Condition) => withList(docs, lookup, condition);
    return {
      messages: ids.length,
      channels: top(channels),
      users: this.#named(top(users)),
      facts: [
        ...IS.map((value) =>
          ({ operator: "is", value, ids: withFact({ is: "fact", fact: value }) }) as const
        ),
        ...HAS.map((value) =>
          ({ operator: "has", value, ids: withFact({ is: "has", what: value }) }) as const
        ),
      ].filter(({ ids }) => ids.length > 0)
        .map(({ operator, value, ids }) => ({ operator, value, messages: ids.length }))
        .sort((a, b) => b.messages - a.messages),
      emotes: this.#emotes(withFact({ is: "has", what: "emote" }), index),
    };
  }

  #named(users: [id: number, messages: number][]): Facets["users"] {
    const found = this.#sql.names.all(JSON.stringify(users.map(([id]) => id)));
    const names = new Map(
      (found as unknown as [number, string, string][]).map(([id, login, displayName]) => [
        id,
        { login, displayName },
      ]),
    );
    return users.flatMap(([id, messages]) => {
      const name = names.get(id);
      return name ? [{ id, ...name, messages }] : [];
    });
  }

  #emotes(docs: Docs, index: CandidateIndex): [name: string, messages: number][] {
    const newest = Array.from(docs.subarray(-EMOTES_SAMPLE), (doc) => index.timeOf(doc));
    const emotes = new Map<string, number>();
    for (const event of this.#eventsOf(newest)) {
      for (const name of new Set(new EventFacts(event).emotes)) add(emotes, name);
    }
    return top(emotes);
  }
}

/** The documents that also match a condition; none if the index does not decide it, or if that takes too many pages. */
function withList(docs: Docs, lookup: Lookup, condition: Condition): Docs {
  const list = docs.length === 0 ? undefined : lookup.exactList(condition);
  if (!list) return new Float64Array();
  const [first, last] = endsOf(docs, "DESC");
  list.skip(first);
  return list.reaches(last, MAX_PAGES) ? intersect(docs, list.take(last)) : new Float64Array();
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function top<K>(counts: ReadonlyMap<K, number>): [K, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, TOP);
}
