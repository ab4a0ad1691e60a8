/**
 * Readers on threads of their own. SQLite cannot be interrupted from JavaScript, so a question that takes too long
 * costs its thread: it is ended and replaced, and who asked is told.
 */
import type { ArchiveFault, ArchiveReader } from "../../archive.ts";
import { type ReaderCall, readerOf } from "./reader_calls.ts";
import { AppError } from "../../../chat/errors.ts";
import { decodeError, type EncodedError } from "../../../rpc/error_codec.ts";

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

/** What goes to a reader's thread, one at a time, and what comes back. */
export interface Question {
  path: string;
  call: ReaderCall;
}
export type Answer =
  & { faults: ArchiveFault[] }
  & (
    | { ok: true; value: unknown }
    | { ok: false; error: EncodedError }
  );
/** What a thread says first. Until then it has no question, so that no deadline ends it while it starts. */
export const READY = "ready";

interface Job {
  key: string;
  isSearch: boolean;
  call: ReaderCall;
  answer: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
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
  if (call.method === "together") {
    return call.args.some(([method, ...args]) => searches({ method, args } as ReaderCall));
  }
  if (call.method === "timeline") return call.args[0].search !== undefined;
  return call.method === "searchUsers" && call.args[0] !== "";
}

class ReaderPool {
  readonly #options: Required<PoolOptions>;
  readonly #starting = new Set<Worker>();
  readonly #idle: Worker[] = [];
  /** What each busy thread is at. */
  readonly #busy = new Map<Worker, Job>();
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
    if (this.#closed) return Promise.reject(new AppError("unavailable", "the archive was closed"));
    const key = JSON.stringify(call);
    const isSearch = searches(call);
    const queue = isSearch ? this.#searches : this.#queue;
    const same = queue.get(key);
    if (same) return same.answer;
    if (this.#waiting >= this.#options.waiting) {
      return Promise.reject(
        new AppError("unavailable", `${this.#waiting} questions are waiting for the archive`),
      );
    }
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => this.#late(job), this.#options.deadlineMs);
    const job: Job = { key, isSearch, call, answer, resolve, reject, timer };
    queue.set(key, job);
    this.#dispatch();
    const askedAt = performance.now();
    const told = () => this.#options.answered(call.method, performance.now() - askedAt);
    answer.then(told, told);
    return answer;
  }

  get #waiting(): number {
    return this.#queue.size + this.#searches.size;
  }

  /** The oldest question that a thread may be given now. Searches come last, and leave one thread to the others. */
  #next(): Job | undefined {
    const [job] = this.#queue.values();
    if (job) this.#queue.delete(job.key);
    return job ?? this.#nextSearch();
  }

  #nextSearch(): Job | undefined {
    let searching = 0;
    for (const { isSearch } of this.#busy.values()) if (isSearch) searching++;
    if (searching > 0 && searching >= this.#options.readers - 1) return undefined;
    const [job] = this.#searches.values();
    if (job) this.#searches.delete(job.key);
    return job;
  }

  #dispatch(): void {
    for (let job; this.#idle.length > 0 && (job = this.#next());) {
      const worker = this.#idle.pop()!;
      this.#busy.set(worker, job);
      worker.postMessage({ path: this.#options.path, call: job.call } satisfies Question);
    }
    const threads = this.#busy.size + this.#starting.size;
    const wanted = Math.min(this.#options.readers, this.#busy.size + this.#waiting);
    for (let i = threads; i < wanted; i++) this.#spawn();
  }

  #spawn(): void {
    const worker = new Worker(new URL("./reader_worker.ts", import.meta.url), { type: "module" });
    this.#starting.add(worker);
    worker.onmessage = ({ data }: MessageEvent<Answer | typeof READY>) => {
      if (data === READY) this.#ready(worker);
      else this.#answered(worker, data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end(worker, new Error(`a reader's thread ended: ${event.message}`));
    };
  }

  #ready(worker: Worker): void {
    this.#starting.delete(worker);
    this.#idle.push(worker);
    this.#dispatch();
  }

  #answered(worker: Worker, answer: Answer): void {
    const job = this.#busy.get(worker);
    if (!job) return;
    this.#busy.delete(worker);
    this.#idle.push(worker);
    clearTimeout(job.timer);
    for (const fault of answer.faults) this.#found(fault);
    if (answer.ok) job.resolve(answer.value);
    else job.reject(decodeError(answer.error));
    this.#dispatch();
  }

  /** The first of its kind is kept: what differs behind the colon are details of the place. */
  #found(fault: ArchiveFault): void {
    const [what] = fault.sentence.split(":", 1);
    if (this.#faults.has(what!)) return;
    this.#faults.set(what!, fault);
    this.#options.faulty(fault);
  }

  #late(job: Job): void {
    const error = new AppError(
      "too_slow",
      `${job.call.method} took longer than ${this.#options.deadlineMs} ms`,
    );
    for (const queue of [this.#queue, this.#searches]) {
      if (queue.get(job.key) !== job) continue;
      queue.delete(job.key);
      return job.reject(error);
    }
    for (const [worker, its] of this.#busy) if (its === job) this.#end(worker, error);
  }

  /**
   * Ends a thread and tells who waits for it: whose question it was at, or, if it could not even start, the first in
   * the queue. Another one is started when there is a question for it.
   */
  #end(worker: Worker, error: Error): void {
    worker.onmessage = worker.onerror = null;
    worker.terminate();
    const job = this.#starting.delete(worker) ? this.#next() : this.#busy.get(worker);
    this.#busy.delete(worker);
    const idle = this.#idle.indexOf(worker);
    if (idle >= 0) this.#idle.splice(idle, 1);
    if (job) {
      clearTimeout(job.timer);
      job.reject(error);
    }
    if (!this.#closed) this.#dispatch();
  }

  close(): Promise<void> {
    this.#closed = true;
    const error = new AppError("unavailable", "the archive was closed");
    for (const queue of [this.#queue, this.#searches]) {
      for (const job of queue.values()) {
        clearTimeout(job.timer);
        job.reject(error);
      }
      queue.clear();
    }
    for (const worker of [...this.#starting, ...this.#busy.keys(), ...this.#idle]) this.#end(worker, error);
    return Promise.resolve();
  }
}
