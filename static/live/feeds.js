/** The new rows of each channel or search, for all pages of this browser that show it: by a stream if possible, else by polling. */
import { addressBelow } from "./address.js";
import { readStream, retryAfterMs } from "./sse.js";

const POLL_MS = 1_000;
const POLL_TIMEOUT_MS = 8_000;
/** Retry interval of a stream that was refused or held back; one that was lost is retried much sooner. */
const STREAM_RETRY_MS = 30_000;
const LOST_RETRY_MS = 3_000;
const MAX_BACKOFF_MS = 5_000;
/** A stream that was silent for this long is reopened when the server is back. */
const DOUBTFUL_MS = 3_000;

/**
 * @param maxStreams streams that are open at the same time; further channels are polled. HTTP/1.1 gives an origin six
 * connections for everything.
 */
export function createFeeds(maxStreams) {
  const feeds = new Map();
  let free = maxStreams;
  const slots = {
    take: () => free > 0 && free-- > 0,
    give: () => void free++,
  };

  /** A page with fewer rows than the others catches up by itself, so that it does not delay them. */
  function catchUp(path, shared, after, subscriber) {
    let isOver = false;
    let leave = createFeed(path, slots).join(after, async (message) => {
      await subscriber(message);
      if (isOver || message.kind !== "rows" || !shared.covers(message.id)) return;
      leave();
      leave = shared.join(message.id, subscriber);
      isOver = true;
    });
    return () => {
      isOver = true;
      leave();
    };
  }

  return {
    join(path, after, subscriber) {
      let feed = feeds.get(path);
      if (!feed) feeds.set(path, feed = createFeed(path, slots));
      return feed.covers(after) ? feed.join(after, subscriber) : catchUp(path, feed, after, subscriber);
    },
    retry() {
      for (const feed of feeds.values()) feed.retry();
    },
  };
}

/**
 * @param path the address of the live page
 * @param slots how many streams this browser may hold: `take()` is false where there are none left, `give()` returns one
 */
function createFeed(path, slots) {
  /** A subscriber gets `{kind: "state", state}` `{kind: "rows", html, id}` and `{kind: "event", name}`; a promise it returns is awaited. */
  const subscribers = new Set();
  let state = "connecting";
  /** The newest id that was delivered. */
  let lastId = 0;
  let running = false;
  /** Ends the current stream, poll or pause. */
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
    // Set first: a page that joins meanwhile must not get these rows.
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

  /** True if it was open or was aborted, so that the next one may follow at once. */
  async function stream() {
    const { signal } = step;
    const end = await readStream(addressBelow(path, "/live", { after_id: lastId }), {
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

  /** Polls once. Returns the milliseconds until the next poll. */
  async function poll() {
    try {
      const answer = await fetch(addressBelow(path, "/messages/stream", { after_id: lastId }), {
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
      // If neither works, the stream is tried first when the server is back.
      streamAt = Math.min(streamAt, performance.now() + LOST_RETRY_MS);
      enter("reconnecting");
      return error.retryMs ?? Math.min(MAX_BACKOFF_MS, 500 * 2 ** Math.min(failures, 5));
    }
  }

  /** Waits until the time is over or the step is ended. */
  function pause(ms) {
    const { signal } = step;
    if (signal.aborted) return;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.onabort = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    /** Whether a page with the rows up to this id misses none when it joins. */
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

    /** Retries at once: the server answers again. */
    retry() {
      if (state === "live" && performance.now() - heardAt < DOUBTFUL_MS) return;
      streamAt = failures = 0;
      step.abort();
    },
  };
}

/** Ids ascend in a page of rows; message text cannot contain this attribute, because its quotes are escaped. */
function newestId(html) {
  const at = html.lastIndexOf('data-id="');
  return at < 0 ? 0 : Number.parseInt(html.slice(at + 9), 10);
}
