/** Work that several ask for at the same time is done once for all of them. */
import { Failure } from "../failure.ts";

/** @param gone aborts when nobody who asked waits for the result any more */
export type SharedWork<T> = (gone: AbortSignal) => Promise<T>;

/** Work for those who share it. */
class Round<T> {
  readonly #gone = new AbortController();
  #askers = 0;
  #result!: Promise<T>;

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get result(): Promise<T> {
    return this.#result;
  }

  start(work: () => Promise<T>): this {
    this.#result = work();
    return this;
  }

  /** @param asker aborts when the asker no longer waits; without one they always do */
  join(asker: AbortSignal | undefined): Promise<T> {
    this.#askers++;
    const leave = () =>
      --this.#askers === 0 && this.#gone.abort(new Failure("busy", "Nobody waits for this page."));
    if (asker?.aborted) leave();
    else asker?.addEventListener("abort", leave, { once: true });
    return this.#result;
  }
}

/**
 * Yields a function that does `work` for a key. Callers that arrive while it is under way share the next round, so that
 * a result is never older than the request. A round that every caller has left before it began is not done.
 */
export function coalesce<T>(): (key: string, work: SharedWork<T>, asker?: AbortSignal) => Promise<T> {
  const underWay = new Map<string, Round<T>>();
  const next = new Map<string, Round<T>>();

  function begin(key: string, round: Round<T>, work: SharedWork<T>): Promise<T> {
    underWay.set(key, round);
    return work(round.gone).finally(() => {
      if (underWay.get(key) === round) underWay.delete(key);
    });
  }

  return (key, work, asker) => {
    const waiting = next.get(key);
    if (waiting && !waiting.gone.aborted) return waiting.join(asker);
    const round = new Round<T>();
    const present = underWay.get(key);
    if (!present) return round.start(() => begin(key, round, work)).join(asker);
    next.set(key, round);
    return round.start(async () => {
      await present.result.catch(() => {});
      if (next.get(key) === round) next.delete(key);
      round.gone.throwIfAborted();
      return await begin(key, round, work);
    }).join(asker);
  };
}
