/** Events that could not be stored. */
import type { DatabaseSync } from "node:sqlite";
import type { ChatEvent, Received } from "../../../chat/events.ts";
import { splitTags } from "../../../irc/syntax/tags.ts";
import type { Quarantined } from "../../maintenance.ts";
import { openForReading } from "../file/connection.ts";
import { isCurrent } from "../file/migrations.ts";

const MAX_AT_ONCE = 1_000;

/** For the writer. Every method runs inside the caller's transaction. */
export class Quarantine {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: db.prepare("INSERT INTO quarantine (at, channel, event, error) VALUES (?, ?, ?, ?)"),
      list: db.prepare("SELECT id, at, event, error FROM quarantine WHERE id > ? ORDER BY id LIMIT ?"),
      remove: db.prepare("DELETE FROM quarantine WHERE id = ?"),
    };
  }

  /** Returns the row's id. */
  add({ event, receivedAt }: Received, error: string): number {
    const { lastInsertRowid } = this.#sql.insert.run(
      receivedAt,
      event.channel,
      JSON.stringify({ ...event, tags: event.tags.join(";") }),
      error,
    );
    return Number(lastInsertRowid);
  }

  list(after: number, most = MAX_AT_ONCE): Quarantined[] {
    return this.#sql.list.all(after, most).map(({ id, at, event, error }) => ({
      id: id as number,
      at: at as number,
      event: parseEvent(event as string),
      error: error as string,
    }));
  }

  /** Removes a row and returns it; undefined if it does not exist. */
  take(id: number): Quarantined | undefined {
    const [row] = this.list(id - 1, 1);
    if (row?.id !== id) return undefined;
    this.#sql.remove.run(id);
    return row;
  }
}

/** The tags are stored as one section. */
function parseEvent(json: string): ChatEvent {
  const event = JSON.parse(json) as Omit<ChatEvent, "tags"> & { tags: string };
  return { ...event, tags: splitTags(event.tags) };
}

/** Yields the events in quarantine. The archive may be written meanwhile. @throws AppError wrong_file, unavailable */
export function* readQuarantine(path: string): Generator<Quarantined> {
  using db = openForReading(path);
  if (!isCurrent(db, path)) return;
  const quarantine = new Quarantine(db);
  for (let rows = quarantine.list(0); rows.length > 0; rows = quarantine.list(rows.at(-1)!.id)) yield* rows;
}
