/** Picks a random message of a channel, or of a user in it. */
import type { IdentitySet } from "../../access/opt_out.ts";
import type { StoredEvent } from "../../../chat/events.ts";
import { isLogged } from "../../../chat_log/formats.ts";
import { type SearchExecutor } from "../search/execute.ts";
import { type Scopes, scopeTerms } from "../search/terms.ts";
import type { CandidateIndex } from "../postings/candidates.ts";

/** Messages to look at: if none fits, the user rarely writes in this channel, and all that fit are read. */
const TRIES = 100;
/** The time for reading them. */
const BUDGET_MS = 200;

/** @returns its id; undefined if there is none. Call it inside a transaction. */
export function randomMessage(
  scopes: Scopes & { channelId: number },
  index: CandidateIndex,
  finder: SearchExecutor,
  eventOf: (id: number) => StoredEvent | undefined,
  without?: IdentitySet,
): number | undefined {
  const { channelId, userId } = scopes;
  const fits = (event: StoredEvent | undefined) =>
    event !== undefined && event.channelId === channelId && (event.kind !== "raw" || isLogged(event.text)) &&
    (userId === undefined || event.userId === userId) &&
    !without?.has({ twitchId: event.userId, login: event.author?.login });
  const range = finder.rangeOf(scopes);
  if (range.from >= range.to) return undefined;
  const docs = { from: index.docAt(range.from), to: index.docAt(range.to), direction: range.direction };
  const lists = index.lists();
  const [rarest] = scopeTerms(scopes)
    .map((term) => ({ text: term.text, size: lists.list(term, docs).size }))
    .sort((a, b) => a.size - b.size);
  const pick = index.picker(rarest!.text);
  for (let tries = 0; tries < TRIES; tries++) {
    const doc = pick();
    if (doc !== undefined && fits(eventOf(index.timeOf(doc)))) return index.timeOf(doc);
  }
  const { ids } = finder.collect(scopes, index, range, Infinity, finder.deadlineIn(BUDGET_MS));
  const start = Math.floor(Math.random() * ids.length);
  return [...ids.slice(start), ...ids.slice(0, start)].find((id) => fits(eventOf(id)));
}
