/** A thread that answers requests one at a time. */
export class Thread<Request, Answer> implements Disposable {
  readonly #worker: Worker;

  constructor(file: URL) {
    this.#worker = new Worker(file, { type: "module" });
  }

  tell(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** @throws if the thread fails */
  ask(request: Request): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    this.tell(request);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
