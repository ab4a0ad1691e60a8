/** `quarantine list|replay`: lists events that could not be stored, or tries to store them again. */
import { type Quarantined } from "../archive/maintenance.ts";
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import { readQuarantine } from "../archive/sqlite/messages/quarantine.ts";
import { SqliteWriter } from "../archive/sqlite/writer.ts";
import { reportFailure } from "./support/failure.ts";
import type { Config } from "../config.ts";
import { isUnavailable, messageOf } from "../chat/errors.ts";

/** Returns the exit status: 0 on success (`replay`: the quarantine is empty), otherwise 1. */
export function quarantineCommand(config: Config, action: "list" | "replay"): number {
  try {
    return action === "list" ? list(config) : replay(config);
  } catch (error) {
    reportFailure("Cannot read the quarantine", error);
    return 1;
  }
}

function list({ dbPath }: Config): number {
  let rows = 0;
  for (const row of readQuarantine(dbPath)) {
    console.log(described(row));
    rows++;
  }
  console.error(rows === 0 ? "The quarantine is empty." : `${rows} ${plural(rows)} in quarantine.`);
  return 0;
}

function replay({ dbPath, sqliteSynchronous }: Config): number {
  using _lock = lockArchive(dbPath, "quarantine replay");
  using writer = SqliteWriter.open({ path: dbPath, synchronous: sqliteSynchronous });
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
        console.log(described({ ...row, error: messageOf(error) }));
        left++;
      }
    }
  }
  console.error(`${stored} ${plural(stored)} stored, ${left} ${plural(left)} left in quarantine.`);
  return left === 0 ? 0 : 1;
}

/** Returns one line, also for a text with several lines. */
function described({ id, at, event, error }: Quarantined): string {
  const { kind, channel, author, text } = event;
  return `${id}\t${new Date(at).toISOString()}\t#${channel}\t${kind}\t${author?.login ?? ""}\t` +
    `${JSON.stringify(text)}\t${error}`;
}

function plural(n: number): string {
  return n === 1 ? "event" : "events";
}
