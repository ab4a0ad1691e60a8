/** `opt-out add|list|end`: keeps channels and users from being recorded, also while Scrollback runs. */
import type { AccessBeside } from "../archive/sqlite/access/beside.ts";
import type { OptOut } from "../archive/access/opt_out.ts";
import { SqliteReader } from "../archive/sqlite/reader.ts";
import { callReader, readerOf } from "../archive/sqlite/threads/reader_calls.ts";
import type { Config } from "../config.ts";
import { describeOptOut, findOptOutSubject } from "../find/opt_out_subject.ts";
import { reportFailure } from "./support/failure.ts";
import { withAccess } from "./support/change_access.ts";

export interface OptOutOptions {
  action: "add" | "list" | "end";
  /** Missing for `list`. */
  kind?: OptOut["kind"];
  name?: string;
  stored: OptOut["stored"];
}

/** Returns the exit status: 0 on success, otherwise 1. */
export async function optOutCommand(config: Config, options: OptOutOptions): Promise<number> {
  try {
    return await withAccess(config, "opt-out", async (access) => {
      const problem = await run(config, access, options);
      if (problem !== undefined) console.error(problem);
      return problem === undefined ? 0 : 1;
    });
  } catch (error) {
    reportFailure("Cannot manage the opt-outs", error);
    return 1;
  }
}

/** Returns what is wrong. */
async function run(
  { dbPath }: Config,
  access: AccessBeside,
  { action, kind, name, stored }: OptOutOptions,
): Promise<string | undefined> {
  if (action === "list") return list(access);
  if (kind === undefined || name === undefined) return "Name what it is about: channel NAME, or user NAME.";
  using reader = new SqliteReader(dbPath);
  const archive = readerOf(
    (call) => Promise.resolve(callReader(reader, call)),
    () => Promise.resolve(),
    () => [],
  );
  const subject = await findOptOutSubject(archive, kind, name);
  if (!subject) return `“${name.slice(0, 60)}” is neither a login nor a Twitch id.`;
  const [who, now] = [describeOptOut(subject), Date.now()];
  if (action === "end") {
    if (access.change({ kind: "end opt-out", subject }, who, now) === "done") return;
    return `${who} has not opted out.`;
  }
  const optOut: OptOut = { ...subject, at: now, stored };
  access.change({ kind: "opt out", optOut }, `${who}, stored messages: ${stored}`, now);
  console.error(
    `${who} has opted out; messages from before are ${stored}. A running Scrollback follows in seconds.`,
  );
}

function list(access: AccessBeside): undefined {
  const optOuts = access.optOuts();
  for (const { kind, twitchId, login, at, stored } of optOuts) {
    console.log([kind, login ?? "", twitchId ?? "", new Date(at).toISOString(), stored].join("\t"));
  }
  console.error(optOuts.length === 1 ? "1 opt-out." : `${optOuts.length} opt-outs.`);
}
