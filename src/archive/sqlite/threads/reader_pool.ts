/**
 * A pool of readers, each on its own thread. SQLite cannot be interrupted from JavaScript, so if a call exceeds its
 * deadline, the pool ends and replaces its thread, and the call rejects.
 */
import type { ArchiveFault, ArchiveReader } from "../../reader.ts";
import { AppError, hasCode } from "../../../chat/errors.ts";
import { Caller } from "../../../rpc/caller.ts";
import { startWorker } from "../../../rpc/start_worker.ts";
import { type ReaderCall, type ReaderNews, readerOf, type ReaderThreadCalls } from "./reader_calls.ts";

export interface PoolOptions {
  path: string;
  /** Number of threads, each with a connection. All but one may search at the same time. */
  readers?: number;
  /** Maximum duration of a call, including its waiting. */
  deadlineMs?: number;
  /** Maximum number of different calls that wait for a thread; further ones are rejected. */
  waiting?: number;
  /** Called after each call, even a failed one, with its duration including its waiting. */
  answered?: (method: string, ms: number) => void;
  /** Called once for each fault of the archive. */
  faulty?: (fault: ArchiveFault) => void;
}

/** A thread gets no call before it is ready, so that no deadline ends it while it starts. */
interface Thread {
  worker: Worker;
  caller: Caller<ReaderThreadCalls, ReaderNews>;
}

interface Job {
  key: string;
  isSearch: boolean;
  call: ReaderCall;
  answer: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Monotonic time of its deadline. */
  lateAt: number;
  /** Rejects the call if it is still waiting at its deadline. */
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Opens a pool. The file need not exist yet: until it does, calls reject as unavailable. Identical calls that wait at the
 * same time share one answer, so callers must not change it.
 */
export function openReaderPool(options: PoolOptions): Promise<PooledReader> {
  const pool = new ReaderPool(options);
  const reader = readerOf((call) => pool.ask(call), () => pool.close(), () => pool.faults);
  return Promise.resolve(Object.assign(reader, { waiting: () => pool.waiting }));
}

export interface PooledReader extends ArchiveReader {
  /** Number of different calls that wait for a thread. */
  waiting(): number;
}

/** One more than the number of concurrent searches: on two cores, a second search would delay pages. */
const READERS = Math.min(3, Math.max(2, navigator.hardwareConcurrency));

/** Calls that look at many messages. */
const COUNTS: ReadonlySet<ReaderCall["method"]> = new Set([
  "histogram",
  "facets",
  "topics",
  "chatters",
  "log",
]);

/** Whether a call searches, and may take as long as the budget of a search. Other calls take a few milliseconds. */
function searches(call: ReaderCall): boolean {
  if (call.method === "batch") {
    return call.args.some(([method, ...args]) => searches({ method, args } as ReaderCall));
  }
  if (COUNTS.has(call.method)) return true;
  if (call.method === "timeline") return call.args[0].search !== undefined;
  return call.method === "searchUsers" && call.args[0] !== "";
}

class ReaderPool {
  readonly #options: Required<PoolOptions>;
  readonly #starting = new Set<Thread>();
  readonly #idle: Thread[] = [];
  /** The call of each busy thread. */
  readonly #busy = new Map<Thread, Job>();
  /** Waiting calls by key, in order. Calls in flight are not shared, because their answers may be too old already. */
  readonly #queue = new Map<string, Job>();
  readonly #searches = new Map<string, Job>();
  /** Faults that threads have found, by the part of the sentence before the colon. */
  readonly #faults = new Map<string, ArchiveFault>();
  #closed = false;

  constructor(
    { path, readers = READERS, deadlineMs = 5_000, waiting = 1_000, answered = () => {}, faulty = () => {} }:
      PoolOptions,
  ) {
    this.#options = { path, readers, deadlineMs, waiting, answered, faulty };
    for (let i = 0; i < readers; i++) this.#spawn();
  }

  get faults(): readonly ArchiveFault[] {
    return [...this.#faults.values()];
  }

  ask(call: ReaderCall): Promise<unknown> {
    if (this.#closed) return Promise.reject(closed());
    const key = JSON.stringify(call);
    const isSearch = searches(call);
    const queue = isSearch ? this.#searches : this.#queue;
    const same = queue.get(key);
    if (same) return same.answer;
    if (this.waiting >= this.#options.waiting) {
      const message = `${this.waiting} calls are waiting for the archive`;
      return Promise.reject(new AppError("unavailable", message));
    }
    const { deadlineMs, answered } = this.#options;
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    const startedAt = performance.now();
    const timer = setTimeout(() => {
      queue.delete(key);
      reject(this.#tooSlow(call));
    }, deadlineMs);
    queue.set(key, { key, isSearch, call, answer, resolve, reject, lateAt: startedAt + deadlineMs, timer });
    this.#dispatch();
    const report = () => answered(call.method, performance.now() - startedAt);
    answer.then(report, report);
    return answer;
  }

  get waiting(): number {
    return this.#queue.size + this.#searches.size;
  }

  /** The oldest call that may start now. Searches come last, and leave one thread for other calls. */
  #next(): Job | undefined {
    const [job] = this.#queue.values();
    return job ? this.#taken(this.#queue, job) : this.#nextSearch();
  }

  #nextSearch(): Job | undefined {
    let searching = 0;
    for (const { isSearch } of this.#busy.values()) if (isSearch) searching++;
    if (searching > 0 && searching >= this.#options.readers - 1) return undefined;
    const [job] = this.#searches.values();
    return job && this.#taken(this.#searches, job);
  }

  #taken(queue: Map<string, Job>, job: Job): Job {
    clearTimeout(job.timer);
    queue.delete(job.key);
    return job;
  }

  #dispatch(): void {
    if (this.#closed) return;
    for (let job; this.#idle.length > 0 && (job = this.#next());) void this.#do(job, this.#idle.pop()!);
    const threads = this.#busy.size + this.#starting.size;
    const wanted = Math.min(this.#options.readers, this.#busy.size + this.waiting);
    for (let i = threads; i < wanted; i++) this.#spawn();
  }

  async #do(job: Job, thread: Thread): Promise<void> {
    this.#busy.set(thread, job);
    try {
      const deadlineMs = job.lateAt - performance.now();
      job.resolve(await thread.caller.call("answer", [this.#options.path, job.call], { deadlineMs }));
    } catch (error) {
      const isTooSlow = hasCode(error, "too_slow");
      if (isTooSlow) this.#end(thread, error);
      job.reject(isTooSlow ? this.#tooSlow(job.call) : error);
    }
    // False if the thread was ended meanwhile.
    if (this.#busy.delete(thread)) this.#idle.push(thread);
    this.#dispatch();
  }

  #spawn(): void {
    const worker = startWorker(
      new URL("./reader_worker.ts", import.meta.url),
      "reader",
      (error) => this.#died(thread, error),
    );
    const caller = new Caller<ReaderThreadCalls, ReaderNews>(worker, (news) => {
      if (news.kind === "ready") this.#ready(thread);
      else for (const fault of news.faults) this.#found(fault);
    });
    const thread: Thread = { worker, caller };
    this.#starting.add(thread);
  }

  #ready(thread: Thread): void {
    this.#starting.delete(thread);
    this.#idle.push(thread);
    this.#dispatch();
  }

  /** Keeps the first fault of each kind: only details after the colon differ. */
  #found(fault: ArchiveFault): void {
    const [what] = fault.sentence.split(":", 1);
    if (this.#faults.has(what!)) return;
    this.#faults.set(what!, fault);
    this.#options.faulty(fault);
  }

  /** If a reader cannot start, the first waiting call fails. The next call starts another reader. */
  #died(thread: Thread, error: Error): void {
    if (this.#starting.has(thread)) this.#next()?.reject(error);
    this.#end(thread, error);
    this.#dispatch();
  }

  /** Ends a thread; its call is rejected. */
  #end(thread: Thread, error: Error): void {
    this.#starting.delete(thread);
    this.#busy.delete(thread);
    const idle = this.#idle.indexOf(thread);
    if (idle >= 0) this.#idle.splice(idle, 1);
    thread.worker.onmessage = thread.worker.onerror = null;
    thread.worker.terminate();
    thread.caller.cancel(error);
  }

  #tooSlow({ method }: ReaderCall): AppError {
    return new AppError("too_slow", `${method} took longer than ${this.#options.deadlineMs} ms`);
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const queue of [this.#queue, this.#searches]) {
      for (const job of queue.values()) this.#taken(queue, job).reject(closed());
    }
    for (const thread of [...this.#starting, ...this.#busy.keys(), ...this.#idle]) {
      this.#end(thread, closed());
    }
    return Promise.resolve();
  }
}

function closed(): AppError {
  return new AppError("unavailable", "the archive was closed");
}
