import assert from "node:assert/strict";
import { hasCode } from "../../src/chat/errors.ts";
import { startWorker } from "../../src/rpc/start_worker.ts";
import { createSyncLink, type Outcome, SyncCaller } from "../../src/rpc/sync_caller.ts";
import type { Calls } from "./sync_caller_worker.ts";

function startThread() {
  const worker = startWorker(new URL("./sync_caller_worker.ts", import.meta.url), "test", (error) => {
    throw error;
  });
  const { caller, answerer } = createSyncLink();
  worker.postMessage(answerer, [answerer.port, answerer.wakeup]);
  return {
    caller: new SyncCaller<Calls>(caller),
    [Symbol.dispose]() {
      worker.terminate();
      caller.port.close();
      caller.wakeup.close();
    },
  };
}

Deno.test("a call is answered at once, as if it were done here, and throws what it throws there", () => {
  using it = startThread();
  assert.equal(it.caller.call("double", [21]), 42);
  assert.throws(() => it.caller.call("fail", []), { code: "refused", message: "not this one" });
});

Deno.test("calls that are not waited for are answered in their order, before a later one that is", () => {
  using it = startThread();
  const values: unknown[] = [];
  for (const n of [1, 2, 3]) {
    it.caller.send("double", [n], (outcome) => values.push(outcome.ok && outcome.value));
  }
  values.push(it.caller.call("double", [4]));
  assert.deepEqual(values, [2, 4, 6, 8]);
});

Deno.test("an answer also comes by the event loop, and so does a failure", async () => {
  using it = startThread();
  const value = await new Promise<Outcome<number>>((resolve) => it.caller.send("double", [1], resolve));
  assert.ok(value.ok && value.value === 2);
  const failure = await new Promise<Outcome<void>>((resolve) => it.caller.send("fail", [], resolve));
  assert.ok(!failure.ok && hasCode(failure.error, "refused"));
});

Deno.test("settling waits for every answer", () => {
  using it = startThread();
  let answered = 0;
  it.caller.send("work", [20], () => answered++);
  it.caller.send("double", [1], () => answered++);
  it.caller.settle();
  assert.equal(answered, 2);
});

Deno.test("a call that is not answered in time is an error", () => {
  using it = startThread();
  it.caller.call("double", [1]);
  assert.throws(() => it.caller.call("work", [10_000], 10), /did not answer within 10 ms/);
});
