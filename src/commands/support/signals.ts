/** When to stop: signals, or the end of stdin. */

/** A terminal's Ctrl+C reaches us directly and through every launcher above us: that is one signal, not two. */
const ONE_KEYPRESS_MS = 500;

export interface StopRequest extends Disposable {
  /** Resolves with the reason. */
  asked: Promise<string>;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (its terminal was closed). A second one, more than a keypress after the first,
 * ends the process at once: with 130 after SIGINT, else with 143.
 */
export function stopOnSignal(options: { stopOnStdinEnd: boolean }): StopRequest {
  const { promise: asked, resolve } = Promise.withResolvers<string>();
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
    asked,
    [Symbol.dispose]() {
      for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
    },
  };
}

async function untilStdinEnds(): Promise<void> {
  const buffer = new Uint8Array(1_024);
  while (await Deno.stdin.read(buffer) !== null);
}
