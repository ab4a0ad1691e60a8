/** Moments in the addresses of a channel's pages. */
import { unshifted } from "../../../components/view.ts";
import { readMoment } from "../../../src/search/language/moment.ts";
import { Failure } from "../../../src/web/failure.ts";
import { momentProblem } from "../../shared/moment.ts";

/** A date or time without `Z` is in the reader's zone. @throws a Failure that names the value */
export function readAt(value: string, now: number): number {
  const text = value.trim();
  const moment = readMoment(text, now);
  if (!moment) throw new Failure("invalid", momentProblem(value));
  return /^\d{4}/.test(text) && !/z$/i.test(text) ? unshifted(moment.from) : moment.from;
}

/** `2026-03-24T20:15:00Z`: the same moment for readers in every zone. */
export function printAt(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
