import assert from "node:assert/strict";
import { oncePerRound } from "../../src/web/once.ts";

/** Work that goes on until it is told how it ends. */
function stage() {
  const once = oncePerRound<string>();
  const rounds: PromiseWithResolvers<string>[] = [];
  const ask = (key = "a") =>
    once(key, () => {
      const round = Promise.withResolvers<string>();
      rounds.push(round);
      return round.promise;
    });
  return { ask, rounds };
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test("who asks while work is under way shares the next round, and gets nothing begun before", async () => {
  const { ask, rounds } = stage();
  const first = ask();
  const others = [ask(), ask(), ask()];
  assert.equal(rounds.length, 1);
  rounds[0]!.resolve("old");
  assert.equal(await first, "old");
  await nextTurn();
  rounds[1]!.resolve("new");
  assert.deepEqual(await Promise.all(others), ["new", "new", "new"]);
  assert.equal(rounds.length, 2);
});

Deno.test("different keys do not wait for each other", async () => {
  const { ask, rounds } = stage();
  const [a, b] = [ask("a"), ask("b")];
  rounds[1]!.resolve("b");
  assert.equal(await b, "b");
  rounds[0]!.resolve("a");
  assert.equal(await a, "a");
});

Deno.test("a round that fails fails for those who share it, and the next one is made all the same", async () => {
  const { ask, rounds } = stage();
  const [first, second] = [ask(), ask()];
  rounds[0]!.reject(new Error("no"));
  await assert.rejects(first, /no/);
  await nextTurn();
  rounds[1]!.resolve("yes");
  assert.equal(await second, "yes");
  const third = ask();
  rounds[2]!.resolve("again");
  assert.equal(await third, "again");
});
