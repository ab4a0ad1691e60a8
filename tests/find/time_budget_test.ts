import assert from "node:assert/strict";
import { TimeBudget } from "../../src/find/time_budget.ts";

Deno.test("a budget is spent, may be exceeded once, and grows again up to its maximum", () => {
  const budget = new TimeBudget({ maxMs: 20, msPerSecond: 10 }, 1_000);
  assert.ok(budget.hasTime(1_000));
  budget.spend(15);
  assert.ok(budget.hasTime(1_000));
  budget.spend(15);
  assert.ok(!budget.hasTime(1_000), "10 ms are owed");
  assert.ok(!budget.hasTime(1_999));
  assert.ok(budget.hasTime(2_100));
  assert.ok(budget.hasTime(100_000));
  budget.spend(19);
  assert.ok(budget.hasTime(100_000));
  budget.spend(2);
  assert.ok(!budget.hasTime(100_000), "no more than the maximum was saved up");
});
