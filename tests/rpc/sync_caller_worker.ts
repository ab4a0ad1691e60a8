/// <reference lib="deno.worker" />
/** Answers the calls of `sync_caller_test.ts`. */
import { AppError } from "../../src/chat/errors.ts";
import { answerSyncCalls, type SyncLink } from "../../src/rpc/sync_caller.ts";

export interface Calls {
  double(n: number): number;
  fail(): void;
  /** Is busy for so long. */
  work(ms: number): void;
}

self.onmessage = ({ data }: MessageEvent<SyncLink>) =>
  answerSyncCalls<Calls>(data, {
    double: (n) => 2 * n,
    fail() {
      throw new AppError("refused", "not this one");
    },
    work(ms) {
      for (const endAt = performance.now() + ms; performance.now() < endAt;);
    },
  });
