/** One open page's end of the hub: a stream that holds so much, and no more. */

/** What one commit or several brought to one channel, as it goes to everybody who watches. */
export interface LiveBatch {
  firstId: number;
  lastId: number;
  rows: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Only what comes after an id: made for one page, which has the others already. */
  after(id: number): Uint8Array<ArrayBuffer>;
}

/** Bytes that may wait for a slow watcher: some 500 rows, as many as its page would hold. */
const BYTES_BOUND = 512 * 1024;

export class Watcher {
  /** What the page reads. It ends when the watcher is sent away, or with the hub. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Resolves when the page has left, or the stream was ended. */
  readonly gone: Promise<void>;
  #resolveGone!: () => void;
  #stream!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** What came before it was known where the page begins: at most for as long as a question to the archive may take. */
  #early: LiveBatch[] | undefined = [];
  #last = 0;
  #ended = false;
  /** Resolved when the page has read something, or has left. */
  #read = Promise.withResolvers<void>();

  /** @param left called when the page has gone, or was ended */
  constructor(readonly left: () => void) {
    ({ promise: this.gone, resolve: this.#resolveGone } = Promise.withResolvers<void>());
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#stream = controller),
      pull: () => this.#wake(),
      cancel: () => this.#leave(),
    }, { highWaterMark: BYTES_BOUND, size: (bytes) => bytes.byteLength });
  }

  /** Waits until at most half of {@link BYTES_BOUND} waits to be read. False where the stream has ended before. */
  async drained(): Promise<boolean> {
    while (!this.#ended && this.#stream.desiredSize! < BYTES_BOUND / 2) await this.#read.promise;
    return !this.#ended;
  }

  /** Drops the batches that came before `begin`: the archive has them, and is asked again. */
  forget(): void {
    if (this.#early) this.#early = [];
  }

  /** From here on batches flow: those, also of before, that hold more than the page has, which is all up to `after`. */
  begin(after: number): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#last = after;
    for (const batch of early) this.offer(batch);
  }

  /** False where the page is too slow for more: its stream ends, and it catches up when it comes back. */
  offer(batch: LiveBatch): boolean {
    if (this.#early) {
      this.#early.push(batch);
      return true;
    }
    const had = this.#last;
    if (batch.lastId <= had) return true;
    this.#last = batch.lastId;
    return this.send(batch.firstId > had ? batch.bytes : batch.after(had));
  }

  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#ended) return false;
    if (this.#stream.desiredSize! <= 0) {
      this.end();
      return false;
    }
    this.#stream.enqueue(bytes);
    return true;
  }

  /** After what waits was read. */
  end(): void {
    if (!this.#ended) this.#stream.close();
    this.#leave();
  }

  /** At once, and the page notices that something went wrong. */
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
    this.#resolveGone();
  }
}
