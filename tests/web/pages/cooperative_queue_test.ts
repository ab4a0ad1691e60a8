import assert from "node:assert/strict";
import { CooperativeQueue } from "../../../src/web/pages/cooperative_queue.ts";
import { nextTurn } from "../../support/next_turn.ts";

Deno.test("one task runs per turn of the event loop", async () => {
  const turns = new CooperativeQueue();
  let done = 0;
  const pieces = Array.from({ length: 3 }, () => turns.take().then(() => void done++));
  for (const [n, piece] of pieces.entries()) {
    await piece;
    for (let i = 0; i < 100; i++) await Promise.resolve();
    assert.equal(done, n + 1);
  }
});

Deno.test("a single task does not wait", async () => {
  const turns = new CooperativeQueue();
  for (let n = 0; n < 3; n++) {
    let isTaken = false;
    turns.take().then(() => isTaken = true);
    await Promise.resolve();
    await Promise.resolve();
    assert.ok(isTaken);
    await nextTurn();
  }
});
