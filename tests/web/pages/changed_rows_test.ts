import assert from "node:assert/strict";
import { ChangedRows, MAX_CHANGED } from "../../../src/web/pages/changed_rows.ts";

/** `count` rows; those in `changed` have a different text. */
function rows(count: number, changed: Record<number, string> = {}): Map<string, string> {
  return new Map(Array.from({ length: count }, (_, i) => [`c${i}`, changed[i] ?? "as ever"]));
}

Deno.test("only rows that changed since the token are returned", () => {
  const list = new ChangedRows();
  const token = list.update(rows(300));
  assert.deepEqual(list.since(token)!.rows, []);
  const later = list.update(rows(300, { 7: "seven", 211: "more" }));
  assert.deepEqual(list.since(token)!, { rows: [["c7", "seven"], ["c211", "more"]], token: later });
  assert.deepEqual(list.since(later)!.rows, []);
  list.update(rows(300, { 7: "seven", 211: "less" }));
  assert.deepEqual(list.since(later)!.rows, [["c211", "less"]]);
  assert.equal(list.since(token)!.rows.length, 2);
});

Deno.test("an invalid token, or one of another run or other rows, requires the whole list", () => {
  const list = new ChangedRows();
  const token = list.update(rows(3));
  const elsewhere = new ChangedRows().update(rows(3));
  for (
    const wrong of [
      elsewhere,
      "",
      "none",
      `${token}x`,
      `${token}.`,
      `${token}.9.9`,
      token.replace(/\d+$/, "9"),
    ]
  ) {
    assert.equal(list.since(wrong), undefined, wrong);
  }
  const longer = list.update(rows(4));
  assert.equal(list.since(token), undefined);
  list.update(new Map([...rows(4)].reverse()));
  assert.equal(list.since(longer), undefined, "the order is other");
});

Deno.test("if more rows changed than one answer holds, the next answers have the rest, without duplicates", () => {
  const list = new ChangedRows();
  let token = list.update(rows(130));
  list.update(new Map([...rows(130)].map(([key]) => [key, "new"])));
  const got: string[] = [];
  for (const expected of [MAX_CHANGED, MAX_CHANGED, MAX_CHANGED, 130 - 3 * MAX_CHANGED, 0]) {
    const changes = list.since(token)!;
    assert.equal(changes.rows.length, expected);
    got.push(...changes.rows.map(([key]) => key));
    token = changes.token;
  }
  assert.deepEqual(got, [...rows(130).keys()]);
});

Deno.test("if all rows change all the time, each is sent eventually, and at the end all are current", () => {
  const list = new ChangedRows();
  const count = 260;
  const shown = rows(count);
  let token = list.update(shown);
  const turns = new Map<string, number>();
  const round = (n: number) => {
    const now = new Map([...rows(count)].map(([key]) => [key, `${n}`]));
    list.update(now);
    const changes = list.since(token)!;
    assert.ok(changes.rows.length <= MAX_CHANGED);
    for (const [key, html] of changes.rows) {
      shown.set(key, html);
      turns.set(key, (turns.get(key) ?? 0) + 1);
    }
    token = changes.token;
    return now;
  };
  for (let n = 0; n < 60; n++) round(n);
  assert.equal(turns.size, count);
  const [least, most] = [Math.min(...turns.values()), Math.max(...turns.values())];
  assert.ok(least >= 7 && most - least <= 2, `between ${least} and ${most} turns`);
  let last = new Map<string, string>();
  for (let n = 0; n < 15; n++) last = round(99);
  assert.deepEqual(shown, last);
});
