/** Faults that nobody caught, on the thread that serves pages: they must not end the recording, which has threads of its own. */

/**
 * Hands errors that were thrown or rejected without being caught to `onFault`, instead of ending the process. The death of a
 * recording thread does not come this way: the collector's client reports it, and the program ends.
 */
export function surviveFaults(onFault: (error: unknown) => void): Disposable {
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    onFault(event.reason);
  };
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    onFault(event.error ?? event.message);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onError);
  return {
    [Symbol.dispose]() {
      globalThis.removeEventListener("unhandledrejection", onRejection);
      globalThis.removeEventListener("error", onError);
    },
  };
}
