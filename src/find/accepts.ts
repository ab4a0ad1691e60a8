/** Whether an event matches a query. */
import type { Query } from "./query.ts";
import { receivedAt } from "../chat/ids.ts";
import { type Subject, subjectTest } from "../search/evaluate.ts";

/** Tests the subjects of stored events. The channel of the query is not tested. */
export function acceptsOf({ userId, search, from = 0, to = Infinity }: Query): (subject: Subject) => boolean {
  const matches = search && subjectTest(search);
  return (subject) => {
    const { id, userId: author } = subject.event!;
    const at = receivedAt(id);
    return at >= from && at < to && (userId === undefined || userId === author) &&
      (!matches || matches(subject));
  };
}
