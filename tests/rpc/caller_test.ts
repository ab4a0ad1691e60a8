import assert from "node:assert/strict";
import { AppError } from "../../src/chat/errors.ts";
import { answerCalls, Caller } from "../../src/rpc/caller.ts";
import type { Port } from "../../src/rpc/protocol.ts";

interface Calls {
  double(n: number): number;
  later(text: string): Promise<string>;
  fail(): void;
  never(): Promise<void>;
}

/** Both ends of a channel. */
function border(onNews?: (news: string) => void) {
  const { port1, port2 } = new MessageChannel();
  const held = Promise.withResolvers<void>();
  answerCalls<Calls>(port2 as Port, {
    double: (n) => 2 * n,
    later: async (text) => {
      await held.promise;
      return text;
    },
    fail() {
      throw new AppError("refused", "not this one");
    },
    never: () => new Promise(() => {}),
  });
  return {
    caller: new Caller<Calls, string>(port1 as Port, onNews),
    tell: (news: string) => port2.postMessage(news),
    release: held.resolve,
    [Symbol.dispose]() {
      port1.close();
      port2.close();
    },
  };
}

Deno.test("a call is answered by what its method returns, and a slow one does not hold up the next", async () => {
  using it = border();
  const later = it.caller.call("later", ["at last"]);
  assert.equal(await it.caller.call("double", [21]), 42);
  it.release();
  assert.equal(await later, "at last");
});

Deno.test("a call is rejected with the error that its method throws, by its code", async () => {
  using it = border();
  await assert.rejects(it.caller.call("fail", []), { code: "refused", message: "not this one" });
});

Deno.test("a call past its deadline is rejected, and the next one is answered", async () => {
  using it = border();
  await assert.rejects(it.caller.call("never", [], { deadlineMs: 1 }), { code: "too_slow" });
  assert.equal(await it.caller.call("double", [1]), 2);
});

Deno.test("cancelling rejects the calls that wait and the later ones", async () => {
  using it = border();
  const waiting = it.caller.call("never", []);
  const gone = new AppError("unavailable", "closed");
  it.caller.cancel(gone);
  await assert.rejects(waiting, gone);
  await assert.rejects(it.caller.call("double", [1]), gone);
});

Deno.test("news come apart from the answers, in one order with them", async () => {
  const heard: unknown[] = [];
  using it = border((news) => heard.push(news));
  it.tell("one");
  heard.push(await it.caller.call("double", [1]));
  assert.deepEqual(heard, ["one", 2]);
});
