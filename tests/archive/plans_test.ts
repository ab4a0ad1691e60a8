import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { FITTING, nthId, SCANNED } from "../../src/archive/sqlite/search/verify.ts";
import { CHANNEL_LOGINS, CHANNELS } from "../../src/archive/sqlite/channels/channel_row.ts";
import { OLDEST } from "../../src/archive/sqlite/messages/deletion.ts";
import {
  BLOCK,
  COUNT_BETWEEN,
  PAGE_AFTER,
  PAGE_BEFORE,
  PAGES_BETWEEN,
} from "../../src/archive/sqlite/fts5/posting_lists.ts";
import {
  BUSIEST_CANDIDATES,
  CANDIDATE_COUNT,
  CANDIDATE_USERS,
  MAX_ACTIVE,
  USER_CHANNELS,
  USER_COLOR,
  USER_LOOKS,
  USER_NAMES,
  USERS_NAMED,
  USERS_NOW,
  USERS_ONCE,
} from "../../src/archive/sqlite/users/user_statements.ts";
import { CHANNEL_ONCE, MINUTES } from "../../src/archive/sqlite/reader.ts";
import { STATE_BEFORE } from "../../src/archive/sqlite/channels/channel_states.ts";
import { FIRST_PENDING } from "../../src/archive/sqlite/messages/pending_removals.ts";
import { CANDIDATES, NAMESAKES } from "../../src/archive/sqlite/messages/removals.ts";
import { NEXT_OLDEST } from "../../src/archive/sqlite/messages/retention.ts";
import { EVENT_BY_ID, EVENTS_BY_ID } from "../../src/archive/sqlite/messages/timeline.ts";
import {
  FILLS,
  FIRST_INTERVAL,
  INTERVAL_AFTER,
  INTERVAL_BEFORE,
  INTERVALS,
  LISTENED_CHANNELS,
} from "../../src/archive/sqlite/coverage/coverage_queries.ts";
import { CLOSE_OPEN, LAST_INTERVAL } from "../../src/archive/sqlite/coverage/coverage_writer.ts";
import { KNOWN, LATER } from "../../src/archive/sqlite/coverage/fills.ts";
import { openArchive } from "./said.ts";

const QUERIES: Record<string, string> = {
  "when a channel was first listened to": FIRST_INTERVAL,
  "the interval before a moment": INTERVAL_BEFORE,
  "the interval after a moment": INTERVAL_AFTER,
  "the intervals of a range": INTERVALS,
  "the fills of a range": FILLS,
  "channels whose gaps are summed": LISTENED_CHANNELS,
  "a channel's last interval": LAST_INTERVAL,
  "intervals that a crash left open": CLOSE_OPEN,
  "events around a gap": KNOWN,
  "events that may have removed a message": LATER,
  "candidates that may match": FITTING,
  "messages that may match": SCANNED,
  "the nth message, newest first": nthId("DESC"),
  "the nth message, oldest first": nthId("ASC"),
  "one event": EVENT_BY_ID,
  "events by their ids": EVENTS_BY_ID,
  "a page of the index": BLOCK,
  "the page before a term": PAGE_BEFORE,
  "the pages with terms of a prefix": PAGES_BETWEEN,
  "the number of pages with terms of a prefix": COUNT_BETWEEN,
  "the page after a term": PAGE_AFTER,
  "messages that an event may have removed": CANDIDATES,
  "users who have or had the login of a deletion": NAMESAKES,
  "the next pending removal": FIRST_PENDING,
  "a channel's modes before a message": STATE_BEFORE,
  "the messages that a deletion step removes": OLDEST,
  "a channel's oldest message": NEXT_OLDEST,
  "channels": CHANNELS,
  "earlier logins of channels": CHANNEL_LOGINS,
  "the channel that had a login": CHANNEL_ONCE,
  "a channel's minutes": MINUTES,
  "the number of names that may match": CANDIDATE_COUNT,
  "users whose names may match": CANDIDATE_USERS,
  "users whose names may match, among many": BUSIEST_CANDIDATES,
  "the most active users": MAX_ACTIVE,
  "users with a login": USERS_NOW,
  "users who had a login": USERS_ONCE,
  "users who have or had a display name": USERS_NAMED,
  "a user's names": USER_NAMES,
  "a user's channels": USER_CHANNELS,
  "the colours of a user's newest events": USER_LOOKS,
  "a user's colour": USER_COLOR,
};

for (const [name, sql] of Object.entries(QUERIES)) {
  Deno.test(`the plan for ${name} uses an index and does not sort`, () => {
    using archive = openArchive();
    using db = new DatabaseSync(archive.path, { readOnly: true });
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => row.detail as string);
    for (const step of plan) {
      assert.doesNotMatch(step, /TEMP B-TREE|AUTOMATIC/, plan.join("\n"));
      // Three scans are fine: of a subquery's result, which is read once; of a virtual table by its own index; and of a
      // table WITHOUT ROWID that is read completely, since it is its own index.
      if (step.startsWith("SCAN")) {
        assert.match(
          step,
          /VIRTUAL TABLE INDEX|USING (COVERING )?INDEX|\(subquery|^SCAN channel_logins$/,
          step,
        );
      }
    }
  });
}
