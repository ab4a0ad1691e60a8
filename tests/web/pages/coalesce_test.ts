import assert from "node:assert/strict";
import { coalesce } from "../../../src/web/pages/coalesce.ts";
import { nextTurn } from "../../support/next_turn.ts";

/** Work that runs until the test ends it. */
function stage() {
  const once = coalesce<string>();
  const rounds: PromiseWithResolvers<string>[] = [];
  const ask = (key = "a") =>
    once(key, () => {
      const round = Promise.withResolvers<string>();
      rounds.push(round);
      return round.promise;
    });
  return { ask, rounds };
}

Deno.test("callers during a run share the next run, which begins after their call", async () => {
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

Deno.test("a failing run fails for its callers, and the next run begins", async () => {
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

Deno.test("a run without callers is aborted or not begun, and a remaining caller gets the result", async () => {
  const once = coalesce<string>();
  const rounds: { abandoned: AbortSignal; end: (text: string) => void }[] = [];
  const ask = (asker?: AbortSignal) =>
    once("a", (abandoned) => new Promise((end) => rounds.push({ abandoned, end })), asker);
  const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
  const first = ask(one.signal);
  const second = [ask(two.signal), ask(three.signal)];
  one.abort();
  assert.equal(rounds[0]!.abandoned.aborted, true);
  two.abort();
  three.abort();
  const afterwards = ask();
  rounds[0]!.end("for nobody");
  assert.equal(await first, "for nobody");
  for (const left of second) await assert.rejects(left, /No client waits/);
  await nextTurn();
  assert.equal(rounds.length, 2);
  assert.equal(rounds[1]!.abandoned.aborted, false);
  rounds[1]!.end("for one");
  assert.equal(await afterwards, "for one");
});
