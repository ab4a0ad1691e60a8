/** Stop requests: signals, or the end of stdin. */

/**
 * Ctrl+C reaches this process from the terminal and again from the launcher. Within this time both count as
 * one.
 */
const ONE_KEYPRESS_MS = 500;

export interface StopRequest extends Disposable {
  /** Resolves with the reason to stop. */
  requested: Promise<string>;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (the terminal was closed). A second signal, more than {@link
 * ONE_KEYPRESS_MS} after the first, ends the process at once, with status 130 for SIGINT, otherwise 143.
 */
export function stopOnSignal(options: { stopOnStdinEnd: boolean }): StopRequest {
  const { promise: requested, resolve } = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      const now = performance.now();
      if (firstAt !== undefined && now - firstAt > ONE_KEYPRESS_MS) {
        Deno.exit(signal === "SIGINT" ? 130 : 143);
      }
      firstAt ??= now;
      resolve(signal);
    };
    Deno.addSignalListener(signal, handler);
    return { signal, handler };
  });
  if (options.stopOnStdinEnd) void untilStdinEnds().then(() => resolve("the launcher is gone"));
  return {
    requested,
    [Symbol.dispose]() {
      for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
    },
  };
}

async function untilStdinEnds(): Promise<void> {
  const buffer = new Uint8Array(1_024);
  while (await Deno.stdin.read(buffer) !== null);
}
