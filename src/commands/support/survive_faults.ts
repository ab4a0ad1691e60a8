/** Uncaught errors on the main thread must not end the recording, which runs on other threads. */

/**
 * Passes uncaught errors and unhandled rejections to `onFault` instead of ending the process. Failures of
 * recording threads do not arrive here: the collector's client reports them, and the program ends.
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
