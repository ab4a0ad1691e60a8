/** Creates the parts of the writer for one connection. */
import type { DatabaseSync } from "node:sqlite";
import { optOutReader } from "./access/opt_outs.ts";
import { BatchCommitter } from "./batch_committer.ts";
import { Changes } from "./changes.ts";
import { ChannelWriter } from "./channels/channel_writer.ts";
import { ClockCorrection } from "./clock_correction.ts";
import { RepeatedTexts } from "./codec/repeated_texts.ts";
import { CoverageQueries } from "./coverage/coverage_queries.ts";
import { CoverageRowWriter } from "./coverage/coverage_writer.ts";
import { Fills } from "./coverage/fills.ts";
import { EmoteSetWriter } from "./emotes/set_writer.ts";
import { Pictures } from "./emotes/pictures.ts";
import { IndexMerge } from "./fts5/merge.ts";
import { WriterIndexes } from "./fts5/writer_indexes.ts";
import { MaintenanceSteps } from "./maintenance.ts";
import { Appender } from "./messages/append.ts";
import { Deletion } from "./messages/deletion.ts";
import { IdClock } from "./messages/id_clock.ts";
import { OptOutDeletion } from "./messages/opt_out_deletion.ts";
import { Quarantine } from "./messages/quarantine.ts";
import { Removals } from "./messages/removals.ts";
import { Retentions } from "./messages/retention.ts";
import { PastMessages } from "./past_messages.ts";
import { Transactions } from "./transactions.ts";
import { HourUpgrade } from "./statistics/hour_upgrade.ts";
import { TermUpgrade } from "./upgrade/term_upgrade.ts";
import { UserWriter } from "./users/user_writer.ts";

export type WriterParts = ReturnType<typeof createWriterParts>;

/** @param check throws if the file at the archive's path is not the open one */
export function createWriterParts(db: DatabaseSync, check: () => void) {
  const indexes = new WriterIndexes(db);
  const transactions = new Transactions(db, indexes, () => {
    appender.forget();
    users.forget();
    channels.reload();
    deletion.forget();
    optOutDeletion.forget();
    upgrade.forget();
    hourUpgrade.forget();
    texts.forget();
    pictures.forget();
    ids.reload();
  });
  const users = new UserWriter(db, indexes);
  const channels = new ChannelWriter(db);
  const texts = new RepeatedTexts(db);
  const removals = new Removals(db, indexes);
  const appender = new Appender(db, { channels, users, removals, texts, indexes });
  const merge = new IndexMerge(db);
  const deletion = new Deletion(db, { merge, texts });
  const optOutDeletion = new OptOutDeletion(db, deletion);
  const upgrade = new TermUpgrade(db);
  const hourUpgrade = new HourUpgrade(db);
  const listening = new CoverageRowWriter(db);
  const quarantine = new Quarantine(db);
  const emoteSets = new EmoteSetWriter(db);
  const pictures = new Pictures(db);
  const retentions = new Retentions(db, deletion);
  const ids = new IdClock(db);
  const committer = new BatchCommitter(db, { transactions, appender, ids, coverage: listening, check });
  const pastMessages = new PastMessages(db, {
    transactions,
    indexes,
    appender,
    fills: new Fills(db),
    quarantine,
    ids,
    flushCounters: () => committer.flushCounters(),
  });
  const clock = new ClockCorrection(db, {
    transactions,
    indexes,
    ids,
    coverage: listening,
    flushCounters: () => committer.flushCounters(),
  });
  const maintenance = new MaintenanceSteps(db, {
    transactions,
    indexes,
    channels,
    removals,
    deletion,
    optOutDeletion,
    retentions,
    merge,
    upgrade,
    hourUpgrade,
  });
  return {
    indexes,
    upgrade,
    transactions,
    channels,
    ids,
    committer,
    pastMessages,
    clock,
    listening,
    coverage: new CoverageQueries(db),
    changes: new Changes(db, { emoteSets, pictures, retentions }),
    emoteSets,
    optOuts: optOutReader(db),
    optOutDeletion,
    quarantine,
    maintenance,
  };
}
