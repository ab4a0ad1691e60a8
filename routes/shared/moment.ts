/** Reads moments of addresses, in the words of the search language. */
import { readMoment } from "../../src/search/language/moment.ts";
import { Failure } from "../../src/web/failure.ts";

/** Epoch milliseconds; of a day or month, its beginning. @throws a Failure that names the value */
export function momentOf(value: string, now: number): number {
  const moment = readMoment(value.trim(), now);
  if (moment) return moment.from;
  throw new Failure("invalid", momentProblem(value));
}

/** Describes the problem of a text that is not a moment. */
export function momentProblem(value: string): string {
  return `“${
    value.slice(0, 60)
  }” is no date or time: write 2026-11-03, 2026-11, 2026-11-03T20:15, yesterday or 7d.`;
}
