import assert from "node:assert/strict";
import { ago, bytes, count, counted, span } from "../../components/numbers.ts";

Deno.test("counts are grouped, and one is one", () => {
  assert.equal(count(1234567), "1,234,567");
  assert.deepEqual([counted(1, "message"), counted(0, "message")], ["1 message", "0 messages"]);
});

Deno.test("sizes have at most three digits and a unit", () => {
  assert.deepEqual([0, 999, 1000, 999_600, 4_210_000, 5.1e12].map(bytes), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.0 MB",
    "4.2 MB",
    "5.1 TB",
  ]);
});

Deno.test("spans have the two largest units, ages one", () => {
  assert.deepEqual([0, 45, 60, 3_725, 93_600, 86_401].map(span), [
    "0 s",
    "45 s",
    "1 min",
    "1 h 2 min",
    "1 d 2 h",
    "1 d",
  ]);
  assert.deepEqual([0, 15_000, 300_000, 9e7].map(ago), ["just now", "15 s ago", "5 min ago", "1 d ago"]);
});
