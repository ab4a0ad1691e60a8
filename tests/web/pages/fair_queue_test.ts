import assert from "node:assert/strict";
import { Failure } from "../../../src/web/failure.ts";
import { FairQueue } from "../../../src/web/pages/fair_queue.ts";
import { nextTurn } from "../../support/next_turn.ts";

/** A queue with tasks that the test ends, and the names of those that began. */
function stage(options: Partial<ConstructorParameters<typeof FairQueue>[0]> = {}) {
  const queue = new FairQueue({ atOnce: 1, ...options });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (client: string, name: string, signal?: AbortSignal) =>
    queue.run(client, signal, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  /** Ends running tasks one by one until all of these are done. */
  const endAll = async (all: Promise<void>[]) => {
    let isOver = false;
    const done = Promise.all(all).finally(() => isOver = true);
    while (!isOver) {
      ends.shift()?.();
      await nextTurn();
    }
    await done;
  };
  /** Ends the oldest running task. */
  const endOne = () => ends.shift()!();
  return { queue, ask, begun, endAll, endOne };
}

const isBusy = (error: unknown) => error instanceof Failure && error.status === 503;

Deno.test("clients take turns, however many tasks one of them has", async () => {
  const { ask, begun, endAll } = stage();
  const all = [...Array(6).keys()].map((n) => ask("greedy", `g${n}`));
  all.push(ask("b", "b0"), ask("c", "c0"), ask("b", "b1"));
  await endAll(all);
  assert.deepEqual(begun, ["g0", "g1", "b0", "c0", "g2", "b1", "g3", "g4", "g5"]);
});

Deno.test("at most `atOnce` tasks run", async () => {
  const { queue, ask, begun, endAll } = stage({ atOnce: 2 });
  assert.equal(queue.isContended, false);
  const all = ["a", "b", "c"].map((client) => ask(client, client));
  assert.deepEqual(begun, ["a", "b"]);
  assert.equal(queue.isContended, true);
  await endAll(all);
  await nextTurn();
  assert.equal(queue.isContended, false);
});

Deno.test("a client with too many waiting tasks is refused with 503, others are not", async () => {
  const { ask, endAll } = stage({ perClient: 2, inAll: 4 });
  const all = [ask("a", "1"), ask("a", "2"), ask("a", "3")];
  await assert.rejects(ask("a", "4"), isBusy);
  all.push(ask("b", "5"), ask("b", "6"));
  await assert.rejects(ask("c", "7"), isBusy, "too much in all");
  await endAll(all);
});

Deno.test("a part of a long answer is not refused because many wait", async () => {
  const { queue, ask, begun, endAll } = stage({ perClient: 1, inAll: 1 });
  const all = [ask("a", "1"), ask("a", "2")];
  const work = (name: string) => () => Promise.resolve(void begun.push(name));
  all.push(queue.run("a", undefined, work("3"), { isPart: true }));
  all.push(queue.run("a", undefined, work("4"), { isPart: true, maxWaitMs: Infinity }));
  await assert.rejects(ask("a", "5"), isBusy);
  await endAll(all);
  assert.deepEqual(begun, ["1", "3", "2", "4"]);
});

Deno.test("searches and parts of long answers alternate, each with their clients in turn", async () => {
  const { queue, ask, begun, endAll } = stage();
  const part = (client: string, name: string) =>
    queue.run(client, undefined, () => Promise.resolve(void begun.push(name)), { isPart: true });
  const all = [ask("a", "first")];
  for (const n of [1, 2, 3]) all.push(part("a", `pa${n}`), part("b", `pb${n}`));
  all.push(ask("a", "sa1"), ask("a", "sa2"), ask("b", "sb1"));
  await endAll(all);
  assert.deepEqual(begun, ["first", "pa1", "sa1", "pb1", "sb1", "pa2", "sa2", "pb2", "pa3", "pb3"]);
});

Deno.test("a task that waits too long is refused with 503", async () => {
  const { ask, begun, endAll } = stage({ maxWaitMs: 5 });
  const first = ask("a", "1");
  await assert.rejects(ask("b", "2"), isBusy);
  await endAll([first]);
  assert.deepEqual(begun, ["1"]);
});

Deno.test("a task of a disconnected client is not begun", async () => {
  const { queue, ask, begun, endAll } = stage();
  const gone = new AbortController();
  const first = ask("a", "1");
  const second = ask("a", "2", gone.signal);
  const third = ask("b", "3");
  gone.abort(new Error("left"));
  await assert.rejects(second, /left/);
  await assert.rejects(ask("a", "4", gone.signal), /left/);
  await endAll([first, third]);
  assert.deepEqual(begun, ["1", "3"]);
  await nextTurn();
  assert.equal(queue.isContended, false);
});

Deno.test("after a failing task the next one runs", async () => {
  const queue = new FairQueue({ atOnce: 1 });
  const failing = queue.run("a", undefined, () => Promise.reject(new Error("no")));
  const next = queue.run("b", undefined, () => Promise.resolve("yes"));
  await assert.rejects(failing, /no/);
  assert.equal(await next, "yes");
});

Deno.test("waiting tasks yield to running cheap requests, but not forever", async () => {
  const { queue, ask, begun, endAll, endOne } = stage({ yieldMs: 60_000 });
  const all = [ask("a", "1"), ask("a", "2"), ask("a", "3")];
  const isOver = queue.giveWay();
  endOne();
  await all[0];
  await nextTurn();
  assert.deepEqual(begun, ["1"], "the next one gives way");
  isOver();
  isOver();
  await nextTurn();
  assert.deepEqual(begun, ["1", "2"]);
  await endAll(all);

  const late = stage({ yieldMs: 1 });
  const two = [late.ask("a", "1"), late.ask("a", "2")];
  late.queue.giveWay();
  await late.endAll(two);
});

Deno.test("a part of an answer that has begun waits as long as it takes", async () => {
  const { queue, ask, begun, endAll, endOne } = stage({ maxWaitMs: 5 });
  const running = ask("a", "running");
  const part = queue.run("b", undefined, () => Promise.resolve(void begun.push("part")), {
    isPart: true,
    maxWaitMs: Infinity,
  });
  await assert.rejects(ask("c", "refused"), isBusy);
  endOne();
  await endAll([running, part]);
  assert.deepEqual(begun, ["running", "part"]);
});
