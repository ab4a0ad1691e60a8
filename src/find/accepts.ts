/** Which events match a query. */
import type { Query } from "./query.ts";
import { receivedAt } from "../chat/ids.ts";
import { type Subject, subjectTest } from "../search/evaluate.ts";
import { type Key, keysOf, rarest } from "../search/keys.ts";

export interface Accepts {
  /** Tests the subject of a stored event. */
  accepts: (subject: Subject) => boolean;
  /** Every event that is accepted has at least one of these keys; undefined = it may have none. */
  keys?: readonly Key[];
}

/** The channel of the query is not tested. */
export function acceptsOf({ userId, search, from = 0, to = Infinity }: Query): Accepts {
  const matches = search && subjectTest(search);
  return {
    keys: rarest([userId === undefined ? undefined : [userId], search && keysOf(search)]),
    accepts(subject) {
      const { id, userId: author } = subject.event!;
      const at = receivedAt(id);
      return at >= from && at < to && (userId === undefined || userId === author) &&
        (!matches || matches(subject));
    },
  };
}
