/** Reads moments of addresses, in the words of the search language. */
import { readMoment } from "../../src/search/language/moment.ts";
import { Failure } from "../../src/web/failure.ts";

/** Epoch milliseconds; of a day or month, its beginning. @throws a Failure that names the value */
export function momentOf(name: string, value: string, now: number): number {
  const moment = readMoment(value.trim(), now);
  if (moment) return moment.from;
  throw new Failure(
    "invalid",
    `“${
      value.slice(0, 60)
    }” is not a valid ${name}: write a date such as 2026-11-03, a time such as 2026-11-03T20:15, or 7d.`,
  );
}
