/** A page's subscription to the hub: a stream with a bounded buffer. */
import type { Notes } from "./notes.ts";

/** Rendered events of one or several commits in one channel. */
export interface LiveBatch {
  firstId: number;
  lastId: number;
  rows: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Renders only the events after `id`, for a page that has the others. */
  after(id: number): Uint8Array<ArrayBuffer>;
  /** The notes of a kind on its events; undefined if there are none. */
  notes(of: Notes): Uint8Array<ArrayBuffer> | undefined;
}

export interface WatcherOptions {
  /** Sent before the events that they are about. */
  notes?: Notes;
  /** See `Topic.lagging`. */
  lagging?: (after: number) => Uint8Array<ArrayBuffer>;
}

/** Bytes buffered for a slow watcher: about 500 rows, the number that its page keeps. */
const MAX_BUFFERED_BYTES = 512 * 1024;

export class Watcher {
  /** The stream that the page reads. It ends when the watcher is disconnected, or with the hub. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Resolves when the page disconnects or the stream is ended. */
  readonly ended: Promise<void>;
  #resolveEnded!: () => void;
  #stream!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** Batches before `begin`, at most for the deadline of a query to the archive; `undefined` afterwards. */
  #early: LiveBatch[] | undefined = [];
  #last = 0;
  #ended = false;
  /** Resolves when the page has read something or has disconnected. */
  #read = Promise.withResolvers<void>();

  /**
   * @param left called when the page disconnects or the stream is ended
   */
  constructor(readonly left: () => void, readonly options: WatcherOptions = {}) {
    ({ promise: this.ended, resolve: this.#resolveEnded } = Promise.withResolvers<void>());
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#stream = controller),
      pull: () => this.#wake(),
      cancel: () => this.#leave(),
    }, { highWaterMark: MAX_BUFFERED_BYTES, size: (bytes) => bytes.byteLength });
  }

  /**
   * Waits until at most half of {@link MAX_BUFFERED_BYTES} is buffered. Returns false if the stream ended
   * before.
   */
  async drained(): Promise<boolean> {
    while (!this.#ended && this.#stream.desiredSize! < MAX_BUFFERED_BYTES / 2) await this.#read.promise;
    return !this.#ended;
  }

  /** Drops the batches that arrived before `begin`, because the caller reads them from the archive. */
  forget(): void {
    if (this.#early) this.#early = [];
  }

  /**
   * Starts sending events with ids above `after`, also from batches that arrived before. The page has the
   * others.
   */
  begin(after: number): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#last = after;
    for (const batch of early) this.offer(batch);
  }

  /**
   * Sends a batch. Returns false if the page is too slow: its stream ends, and it catches up when it connects
   * again.
   */
  offer(batch: LiveBatch): boolean {
    if (this.#early) {
      this.#early.push(batch);
      return true;
    }
    const last = this.#last;
    if (batch.lastId <= last) return true;
    const notes = this.options.notes && batch.notes(this.options.notes);
    if (notes) this.send(notes);
    const isSent = this.send(batch.firstId > last ? batch.bytes : batch.after(last));
    if (isSent) this.#last = batch.lastId;
    return isSent;
  }

  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#ended) return false;
    if (this.#stream.desiredSize! <= 0) {
      const { lagging } = this.options;
      if (lagging) this.#stream.enqueue(lagging(this.#last));
      this.end();
      return false;
    }
    this.#stream.enqueue(bytes);
    return true;
  }

  /** Ends the stream after the buffered bytes. */
  end(): void {
    if (!this.#ended) this.#stream.close();
    this.#leave();
  }

  /** Ends the stream at once with an error. */
  fail(error: unknown): void {
    if (!this.#ended) this.#stream.error(error);
    this.#leave();
  }

  #wake(): void {
    this.#read.resolve();
    this.#read = Promise.withResolvers();
  }

  #leave(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = undefined;
    this.#wake();
    this.left();
    this.#resolveEnded();
  }
}
