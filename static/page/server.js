/**
 * Whether Scrollback answers. Everything that asks it reports here what came of it: requests of htmx, the live
 * connection, and the question below, which is asked where nothing was heard for a while.
 */

/** With `PROBE_MS` a page notices within 10 s that the server is gone, even if the network only falls silent. */
const QUIET_MS = 4_000;
const PROBE_MS = 5_000;
const RETRY_MS = 2_000;

const listeners = new Set();
let heard = performance.now();
let heardAt = Date.now();
let isGone = false;
let probing;

/** @param listener called with "gone" when the server no longer answers, and with "back" when it does again */
export function onServer(listener) {
  listeners.add(listener);
}

/** When the server last answered, in epoch ms. */
export function lastHeardAt() {
  return heardAt;
}

/** The server answered. */
export function serverAnswered() {
  heard = performance.now();
  heardAt = Date.now();
  if (isGone) tell("back");
}

/** A request failed, perhaps by its own fault: probe the server. */
export function serverSilent() {
  if (!document.hidden) probe();
}

/** Probes while the page is visible and the server has been silent for a while. */
export function watchServer() {
  setInterval(() => {
    const quietMs = performance.now() - Math.max(heard, probing?.endedAt ?? 0);
    if (!document.hidden && quietMs > (isGone ? RETRY_MS : QUIET_MS)) probe();
  }, 1_000);
  document.addEventListener("visibilitychange", serverSilent);
  globalThis.addEventListener("offline", serverSilent);
  globalThis.addEventListener("online", serverSilent);
}

async function probe() {
  if (probing && !probing.endedAt) return;
  const own = probing = { endedAt: 0 };
  const askedAt = performance.now();
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
    if (!answer.ok) throw new Error();
    serverAnswered();
  } catch {
    // If another request was answered meanwhile, the probe only waited for a free connection.
    if (heard < askedAt && !isGone && !document.hidden) tell("gone");
  } finally {
    own.endedAt = performance.now();
  }
}

function tell(what) {
  isGone = what === "gone";
  for (const listener of listeners) listener(what);
}
