import assert from "node:assert/strict";
import { root } from "./support/sources/sources.ts";

/** Modules whose exports are contracts between rooms, and the vocabulary that these use. */
const CONTRACTS = [
  "src/archive/access/access.ts",
  "src/archive/access/audit.ts",
  "src/archive/change.ts",
  "src/archive/channel.ts",
  "src/archive/coverage.ts",
  "src/archive/emotes.ts",
  "src/archive/log.ts",
  "src/archive/saved/highlight_rule.ts",
  "src/archive/maintenance.ts",
  "src/archive/saved/name.ts",
  "src/archive/access/opt_out.ts",
  "src/archive/reader.ts",
  "src/archive/reader_batch.ts",
  "src/archive/saved/saved_search.ts",
  "src/archive/statistics.ts",
  "src/archive/timeline.ts",
  "src/archive/access/token.ts",
  "src/archive/user.ts",
  "src/archive/saved/webhook.ts",
  "src/archive/writer.ts",
  "src/chat/coverage.ts",
  "src/chat/errors.ts",
  "src/chat/events.ts",
  "src/chat/ids.ts",
  "src/chat/place.ts",
  "src/chat/set_emotes.ts",
  "src/chat_log/formats.ts",
  "src/chat_log/span.ts",
  "src/clock.ts",
  "src/collector/recorder.ts",
  "src/collector/time/judge.ts",
  "src/rpc/caller.ts",
  "src/rpc/error_codec.ts",
  "src/rpc/protocol.ts",
  "src/rpc/sync_caller.ts",
  "src/search/compile.ts",
  "src/search/condition.ts",
  "src/search/evaluate.ts",
  "src/search/highlight.ts",
  "src/search/names.ts",
  "src/search/language/parse.ts",
  "src/search/language/tree.ts",
  "src/search/language/values.ts",
  "src/search/text/literal.ts",
  "src/search/text/match.ts",
  "src/search/text/tokens.ts",
];

Deno.test("every export of a contract is documented", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...CONTRACTS],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});
