/**
 * Readers on threads of their own. SQLite cannot be interrupted from JavaScript, so a question that takes too long
 * costs its thread: it is ended and replaced, and who asked is told.
 */
import type { ArchiveFault, ArchiveReader } from "../../reader.ts";
import { AppError, hasCode } from "../../../chat/errors.ts";
import { Caller } from "../../../rpc/caller.ts";
import { startWorker } from "../../../rpc/start_worker.ts";
import { type ReaderCall, type ReaderNews, readerOf, type ReaderThreadCalls } from "./reader_calls.ts";

export interface PoolOptions {
  path: string;
  /** How many threads, each with a connection. All but one of them search. */
  readers?: number;
  /** How long a question may take, waiting included. */
  deadlineMs?: number;
  /** How many different questions may wait for a thread; one more is refused. */
  waiting?: number;
  /** Told of each question that was answered, or failed, and how long that took, waiting included. */
  answered?: (method: string, ms: number) => void;
  /** Told of each fault of the archive once. */
  faulty?: (fault: ArchiveFault) => void;
}

/** A thread has no call before it is ready, so that no deadline ends it while it starts. */
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
  /** Monotonic. */
  lateAt: number;
  /** Ends its waiting for a thread. */
  timer: ReturnType<typeof setTimeout>;
}

/**
 * The file need not exist yet: until it does, questions fail as unavailable. Who asks what somebody else
 * is waiting to have answered gets the same answer, which nobody may change.
 */
export function openReaderPool(options: PoolOptions): Promise<ArchiveReader> {
  const pool = new ReaderPool(options);
  return Promise.resolve(readerOf((call) => pool.ask(call), () => pool.close(), () => pool.faults));
}

/** One more than search at once; on two cores a second search would take the time of pages. */
const READERS = Math.min(3, Math.max(2, navigator.hardwareConcurrency));

/** Whether a question may take as long as the archive searches before it stops; all others are answered in a few ms. */
function searches(call: ReaderCall): boolean {
  if (call.method === "batch") {
    return call.args.some(([method, ...args]) => searches({ method, args } as ReaderCall));
  }
  if (call.method === "timeline") return call.args[0].search !== undefined;
  return call.method === "searchUsers" && call.args[0] !== "";
}

class ReaderPool {
  readonly #options: Required<PoolOptions>;
  readonly #starting = new Set<Thread>();
  readonly #idle: Thread[] = [];
  /** What each busy thread is at. */
  readonly #busy = new Map<Thread, Job>();
  /** By what they ask, in their order. What a thread has begun is not among them: its answer may be too old already. */
  readonly #queue = new Map<string, Job>();
  readonly #searches = new Map<string, Job>();
  /** What the threads have found to be wrong, by what stands before the colon of its sentence. */
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
    if (this.#waiting >= this.#options.waiting) {
      const message = `${this.#waiting} questions are waiting for the archive`;
      return Promise.reject(new AppError("unavailable", message));
    }
    const { deadlineMs, answered } = this.#options;
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    const askedAt = performance.now();
    const timer = setTimeout(() => {
      queue.delete(key);
      reject(this.#tooSlow(call));
    }, deadlineMs);
    queue.set(key, { key, isSearch, call, answer, resolve, reject, lateAt: askedAt + deadlineMs, timer });
    this.#dispatch();
    const told = () => answered(call.method, performance.now() - askedAt);
    answer.then(told, told);
    return answer;
  }

  get #waiting(): number {
    return this.#queue.size + this.#searches.size;
  }

  /** The oldest question that a thread may be given now. Searches come last, and leave one thread to the others. */
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
    const wanted = Math.min(this.#options.readers, this.#busy.size + this.#waiting);
    for (let i = threads; i < wanted; i++) this.#spawn();
  }

  async #do(job: Job, thread: Thread): Promise<void> {
    this.#busy.set(thread, job);
    try {
      const deadlineMs = job.lateAt - performance.now();
      job.resolve(await thread.caller.call("answer", [this.#options.path, job.call], { deadlineMs }));
    } catch (error) {
      const isLate = hasCode(error, "too_slow");
      if (isLate) this.#end(thread, error);
      job.reject(isLate ? this.#tooSlow(job.call) : error);
    }
    // Unless it was ended meanwhile.
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

  /** The first of its kind is kept: what differs behind the colon are details of the place. */
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
