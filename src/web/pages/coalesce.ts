/** Single-flight: callers that request the same work at the same time share one run. */
import { Failure } from "../failure.ts";

/** @param abandoned aborts when no caller waits for the result any more */
export type SharedWork<T> = (abandoned: AbortSignal) => Promise<T>;

/** One run and the callers that share it. */
class Run<T> {
  readonly #abandoned = new AbortController();
  #callers = 0;
  #result!: Promise<T>;

  get abandoned(): AbortSignal {
    return this.#abandoned.signal;
  }

  get result(): Promise<T> {
    return this.#result;
  }

  start(work: () => Promise<T>): this {
    this.#result = work();
    return this;
  }

  /** @param caller aborts when the caller no longer waits */
  join(caller: AbortSignal | undefined): Promise<T> {
    this.#callers++;
    const leave = () =>
      --this.#callers === 0 && this.#abandoned.abort(new Failure("busy", "No client waits for this page."));
    if (caller?.aborted) leave();
    else caller?.addEventListener("abort", leave, { once: true });
    return this.#result;
  }
}

/**
 * Returns a function that runs `work` for a key. Callers that arrive during a run share the next one, so that
 * a result is never older than the request. A run that all callers have left before it began is skipped.
 */
export function coalesce<T>(): (key: string, work: SharedWork<T>, caller?: AbortSignal) => Promise<T> {
  const running = new Map<string, Run<T>>();
  const next = new Map<string, Run<T>>();

  function begin(key: string, run: Run<T>, work: SharedWork<T>): Promise<T> {
    running.set(key, run);
    return work(run.abandoned).finally(() => {
      if (running.get(key) === run) running.delete(key);
    });
  }

  return (key, work, caller) => {
    const waiting = next.get(key);
    if (waiting && !waiting.abandoned.aborted) return waiting.join(caller);
    const run = new Run<T>();
    const current = running.get(key);
    if (!current) return run.start(() => begin(key, run, work)).join(caller);
    next.set(key, run);
    return run.start(async () => {
      await current.result.catch(() => {});
      if (next.get(key) === run) next.delete(key);
      run.abandoned.throwIfAborted();
      return await begin(key, run, work);
    }).join(caller);
  };
}
