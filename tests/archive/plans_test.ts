import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { FITTING, nthId, SCANNED } from "../../src/archive/sqlite/search/verify.ts";
import { CHANNEL_LOGINS, CHANNELS } from "../../src/archive/sqlite/channels/channel_row.ts";
import { DOOMED } from "../../src/archive/sqlite/messages/deletion.ts";
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
import { OLDEST } from "../../src/archive/sqlite/messages/retention.ts";
import { EVENT_BY_ID, EVENTS_BY_ID } from "../../src/archive/sqlite/messages/timeline.ts";
import {
  FILLS,
  FIRST_STRETCH,
  LISTENED_CHANNELS,
  STRETCH_AFTER,
  STRETCH_BEFORE,
  STRETCHES,
} from "../../src/archive/sqlite/coverage/coverage_queries.ts";
import { CLOSE_OPEN, LAST_STRETCH } from "../../src/archive/sqlite/coverage/coverage_writer.ts";
import { KNOWN, LATER } from "../../src/archive/sqlite/coverage/fills.ts";
import { openArchive } from "./said.ts";

const QUERIES: Record<string, string> = {
  "when a channel was first listened to": FIRST_STRETCH,
  "the stretch before a moment": STRETCH_BEFORE,
  "the stretch after a moment": STRETCH_AFTER,
  "the stretches of a span": STRETCHES,
  "the fills of a span": FILLS,
  "channels whose gaps are summed": LISTENED_CHANNELS,
  "a channel's last stretch": LAST_STRETCH,
  "stretches that a crash left open": CLOSE_OPEN,
  "what the archive has around a gap": KNOWN,
  "what may have removed a message": LATER,
  "candidates that may fit": FITTING,
  "messages that may fit": SCANNED,
  "how far so many messages go, newest first": nthId("DESC"),
  "how far so many messages go, oldest first": nthId("ASC"),
  "one event": EVENT_BY_ID,
  "events by their ids": EVENTS_BY_ID,
  "a page of the index": BLOCK,
  "the page before a term": PAGE_BEFORE,
  "the pages with terms of a beginning": PAGES_BETWEEN,
  "how many pages have terms of a beginning": COUNT_BETWEEN,
  "the page after a term": PAGE_AFTER,
  "what may have been removed": CANDIDATES,
  "who has or had the login of a deletion": NAMESAKES,
  "what is to be marked next": FIRST_PENDING,
  "a channel's modes before a message": STATE_BEFORE,
  "what is deleted with a channel": DOOMED,
  "a channel's oldest message": OLDEST,
  "channels": CHANNELS,
  "the logins that channels had": CHANNEL_LOGINS,
  "who had a channel's login": CHANNEL_ONCE,
  "a channel's minutes": MINUTES,
  "how many names may fit": CANDIDATE_COUNT,
  "users whose names may fit": CANDIDATE_USERS,
  "users whose names may fit, of many": BUSIEST_CANDIDATES,
  "who wrote most": MAX_ACTIVE,
  "who has a login": USERS_NOW,
  "who had a login": USERS_ONCE,
  "who has or had a display name": USERS_NAMED,
  "a user's names": USER_NAMES,
  "a user's channels": USER_CHANNELS,
  "how a user looked of late": USER_LOOKS,
  "a user's colour": USER_COLOR,
};

for (const [name, sql] of Object.entries(QUERIES)) {
  Deno.test(`the plan for ${name} uses an index and does not sort`, () => {
    using archive = openArchive();
    using db = new DatabaseSync(archive.path, { readOnly: true });
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => row.detail as string);
    for (const step of plan) {
      assert.doesNotMatch(step, /TEMP B-TREE|AUTOMATIC/, plan.join("\n"));
      // A subquery's result is read once; a virtual table by its own index; and a table without rowids, of which all is
      // wanted, is its own index.
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
