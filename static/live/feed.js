/** One channel's new rows, for every page of this browser that shows it: by a stream where possible, else by polling. */
import { readStream, retryAfterMs } from "./sse.js";

const POLL_MS = 1_000;
const POLL_TIMEOUT_MS = 8_000;
/** A stream that was refused or held back is tried again after this time, one that the network lost much sooner. */
const STREAM_RETRY_MS = 30_000;
const LOST_RETRY_MS = 3_000;
const MAX_BACKOFF_MS = 5_000;
/** A stream that has brought nothing for this time is opened anew when the server is back. */
const DOUBTFUL_MS = 3_000;

/**
 * @param path the channel's address
 * @param slots how many streams this browser may hold: `take()` is false where there are none left, `give()` returns one
 */
export function createFeed(path, slots) {
  /** A subscriber gets `{kind: "state", state}` `{kind: "rows", html, id}` and `{kind: "event", name}`; a promise it returns is awaited. */
  const subscribers = new Set();
  let state = "connecting";
  /** The newest id that was handed out. */
  let lastId = 0;
  let running = false;
  /** Ends the stream, poll or pause that is under way. */
  let step = new AbortController();
  let streamAt = 0;
  let failures = 0;
  let heardAt = 0;

  async function tell(message) {
    await Promise.all([...subscribers].map((subscriber) => subscriber(message)));
  }

  function enter(next) {
    if (state === next) return;
    state = next;
    tell({ kind: "state", state });
  }

  async function rows(html, id) {
    // First: a page that joins meanwhile does not get these.
    lastId = Math.max(lastId, id);
    await tell({ kind: "rows", html, id });
  }

  async function run() {
    running = true;
    while (subscribers.size > 0) {
      step = new AbortController();
      if (performance.now() >= streamAt && slots.take()) {
        try {
          if (await stream()) continue;
        } finally {
          slots.give();
        }
      }
      if (step.signal.aborted || subscribers.size === 0) continue;
      await pause(await poll());
    }
    running = false;
  }

  /** True where it was open or was aborted, and another may follow at once. */
  async function stream() {
    const { signal } = step;
    const end = await readStream(`${path}/live?after_id=${lastId}`, {
      signal,
      onBytes: () => heardAt = performance.now(),
      onEvent: async ({ name, id, data }) => {
        failures = 0;
        if (name === "hello") enter("live");
        else if (name === "message") await rows(data, Number(id ?? lastId));
        else await tell({ kind: "event", name });
      },
    });
    if (signal.aborted) return true;
    if (end.isOpen) {
      enter("reconnecting");
      await pause(200 + Math.random() * 300);
      return true;
    }
    const retryMs = end.retryAfterMs ?? (end.status === 0 ? LOST_RETRY_MS : STREAM_RETRY_MS);
    streamAt = performance.now() + retryMs;
    return false;
  }

  /** Asks once, and returns after how many milliseconds to ask again. */
  async function poll() {
    try {
      const answer = await fetch(`${path}/messages/stream?after_id=${lastId}`, {
        headers: { "HX-Request": "true" },
        cache: "no-store",
        signal: AbortSignal.any([step.signal, AbortSignal.timeout(POLL_TIMEOUT_MS)]),
      });
      if (!answer.ok) throw Object.assign(new Error(), { retryMs: retryAfterMs(answer) });
      if (answer.headers.has("HX-Refresh")) await tell({ kind: "event", name: "reload" });
      const html = await answer.text();
      if (step.signal.aborted) return 0;
      failures = 0;
      enter("polling");
      if (html !== "") await rows(html, newestId(html));
      return POLL_MS;
    } catch (error) {
      if (step.signal.aborted) return 0;
      failures++;
      // Where neither answers, the stream is tried first when the server is back.
      streamAt = Math.min(streamAt, performance.now() + LOST_RETRY_MS);
      enter("reconnecting");
      return error.retryMs ?? Math.min(MAX_BACKOFF_MS, 500 * 2 ** Math.min(failures, 5));
    }
  }

  /** Until the time is over, or the step is ended. */
  function pause(ms) {
    const { signal } = step;
    if (signal.aborted) return;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }

  return {
    /** Whether a page that has the rows up to this id misses none when it joins. */
    covers: (after) => subscribers.size === 0 || after >= lastId,

    /** @returns a function that ends the subscription; without subscribers the feed asks nothing */
    join(after, subscriber) {
      if (subscribers.size === 0) {
        lastId = after;
        step.abort();
      }
      subscribers.add(subscriber);
      subscriber({ kind: "state", state: running ? state : "connecting" });
      if (!running) {
        state = "connecting";
        streamAt = failures = 0;
        run();
      }
      return () => {
        if (subscribers.delete(subscriber) && subscribers.size === 0) step.abort();
      };
    },

    /** Asks again at once: the server was gone, and has answered somebody. */
    retry() {
      if (state === "live" && performance.now() - heardAt < DOUBTFUL_MS) return;
      streamAt = failures = 0;
      step.abort();
    },
  };
}

/** Ids rise in a page of rows; what was said cannot contain this attribute, as its quotes are escaped. */
function newestId(html) {
  const at = html.lastIndexOf('data-id="');
  return at < 0 ? 0 : Number.parseInt(html.slice(at + 9), 10);
}
