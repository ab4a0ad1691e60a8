import assert from "node:assert/strict";
import { InUseError } from "../../src/archive/sqlite/file/lock.ts";
import { AppError, hasCode } from "../../src/chat/errors.ts";
import { decodeError, encodeError } from "../../src/rpc/error_codec.ts";

/** What the other thread gets of something thrown here. */
function crossed(thrown: unknown): Error {
  return decodeError(structuredClone(encodeError(thrown)));
}

Deno.test("an error keeps its code, its message, its stack and its fields between threads", () => {
  const holder = { pid: 7, command: "serve", startedAt: 1 };
  const error = new InUseError("/a.db", holder);
  const there = crossed(error);
  assert.ok(hasCode(there, "in_use"));
  assert.deepEqual({ ...there }, { ...error });
  assert.equal(there.message, error.message);
  assert.equal(there.stack, error.stack);
});

Deno.test("an error keeps its causes between threads", () => {
  const disk = Object.assign(new TypeError("no room"), { errcode: 13 });
  const there = crossed(new AppError("unavailable", "cannot write", { cause: disk }));
  assert.ok(there.cause instanceof Error);
  assert.deepEqual([there.cause.name, there.cause.message], ["TypeError", "no room"]);
  assert.equal((there.cause as typeof disk).errcode, 13);
});

Deno.test("an error that is no AppError gets no code, whatever its own code says", () => {
  const there = crossed(Object.assign(new RangeError("too far"), { code: "unavailable" }));
  assert.ok(!(there instanceof AppError));
  assert.equal(there.name, "RangeError");
});

Deno.test("a field that cannot be copied stays behind, and anything thrown becomes an error", () => {
  const there = crossed(Object.assign(new AppError("refused", "no"), { retry: () => {}, row: 3 }));
  assert.ok(hasCode(there, "refused"));
  assert.deepEqual([Object.hasOwn(there, "retry"), (there as { row?: number }).row], [false, 3]);
  assert.equal(crossed("just a text").message, "just a text");
});
