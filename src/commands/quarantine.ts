/** `quarantine list|replay`: events that could not be stored, told or tried again. */
import { type Quarantined } from "../archive/maintenance.ts";
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import { readQuarantine } from "../archive/sqlite/messages/quarantine.ts";
import { openSqliteArchive } from "../archive/sqlite/writer.ts";
import { tellFailure } from "./support/failure.ts";
import type { Config } from "../config.ts";
import { isUnavailable } from "../chat/errors.ts";

/** Yields the exit status: 0 where that went well (with `replay`: nothing is left in quarantine), else 1. */
export function quarantineCommand(config: Config, action: "list" | "replay"): number {
  try {
    return action === "list" ? list(config) : replay(config);
  } catch (error) {
    tellFailure("Cannot look at the quarantine", error);
    return 1;
  }
}

function list({ dbPath }: Config): number {
  let rows = 0;
  for (const row of readQuarantine(dbPath)) {
    console.log(described(row));
    rows++;
  }
  console.error(rows === 0 ? "Nothing is in quarantine." : `${rows} ${plural(rows)} in quarantine.`);
  return 0;
}

function replay({ dbPath, sqliteSynchronous }: Config): number {
  using _lock = lockArchive(dbPath, "quarantine replay");
  using writer = openSqliteArchive({ path: dbPath, synchronous: sqliteSynchronous });
  let stored = 0;
  let left = 0;
  let last = 0;
  for (let rows = writer.quarantined(0); rows.length > 0; rows = writer.quarantined(last)) {
    for (const row of rows) {
      last = row.id;
      try {
        writer.replayQuarantined(row.id);
        stored++;
      } catch (error) {
        if (isUnavailable(error)) throw error;
        console.log(described({ ...row, error: error instanceof Error ? error.message : String(error) }));
        left++;
      }
    }
  }
  console.error(`${stored} ${plural(stored)} stored, ${left} ${plural(left)} left in quarantine.`);
  return left === 0 ? 0 : 1;
}

/** One line, however many the text has. */
function described({ id, at, event, error }: Quarantined): string {
  const { kind, channel, author, text } = event;
  return `${id}\t${new Date(at).toISOString()}\t#${channel}\t${kind}\t${author?.login ?? ""}\t` +
    `${JSON.stringify(text)}\t${error}`;
}

function plural(n: number): string {
  return n === 1 ? "event" : "events";
}
