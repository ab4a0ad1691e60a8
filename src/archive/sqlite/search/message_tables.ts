/** Reads tables beside the index: which messages were removed or filled in, and which have terms of facts. */
import type { DatabaseSync } from "node:sqlite";
import { prepareArrays } from "../file/connection.ts";
import type { CandidateIndex, Direction, DocRange, PostingList } from "../postings/candidates.ts";
import { WindowedPostings } from "../postings/windowed_postings.ts";

const windowOf = (table: "removals" | "filled_messages", direction: Direction) => `
  SELECT message_id
  FROM ${table}
  WHERE message_id >= ? AND message_id < ?
  ORDER BY message_id ${direction}
  LIMIT ?`;

export class MessageTables {
  readonly #sql;

  constructor(db: DatabaseSync) {
    const windows = (table: "removals" | "filled_messages") => ({
      ASC: prepareArrays(db, windowOf(table, "ASC")),
      DESC: prepareArrays(db, windowOf(table, "DESC")),
    });
    this.#sql = {
      removals: windows("removals"),
      fills: windows("filled_messages"),
      termsFrom: db.prepare("SELECT terms_from FROM archive"),
      channels: db.prepare("SELECT id FROM channels"),
      isPending: db.prepare("SELECT EXISTS (SELECT 1 FROM pending_removals) AS yes"),
    };
  }

  /** Messages with ids from this on have terms of facts; older ones may lack them. */
  factsFrom(): number {
    return this.#sql.termsFrom.get()!.terms_from as number;
  }

  /** All channels, also hidden ones and those being deleted. */
  channelIds(): number[] {
    return this.#sql.channels.all().map(({ id }) => id as number);
  }

  /** Messages that others removed; undefined while timeouts, bans or deletions have still to mark some. */
  removed(index: CandidateIndex, range: DocRange): PostingList | undefined {
    return this.#sql.isPending.get()!.yes === 0 ? listOf(this.#sql.removals, index, range) : undefined;
  }

  /** Messages that were filled in. */
  filled(index: CandidateIndex, range: DocRange): PostingList {
    return listOf(this.#sql.fills, index, range);
  }
}

function listOf(
  windows: Record<Direction, ReturnType<typeof prepareArrays>>,
  index: CandidateIndex,
  range: DocRange,
): PostingList {
  return new WindowedPostings(({ from, to, direction }, max) => {
    const rows = windows[direction].all(index.timeOf(from), index.timeOf(to), max) as unknown as [number][];
    return Float64Array.from(rows, ([id]) => index.docAt(id));
  }, range);
}
