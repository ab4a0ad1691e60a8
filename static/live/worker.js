/** A SharedWorker that holds the streams of all pages of this browser. */
import { createFeeds } from "./feeds.js";

/** Leaves three connections for pages, polls and searches. */
const MAX_STREAMS = 3;
/** A crashed page does not leave. Pages report every 2 s. */
const FORGOTTEN_MS = 12_000;
/** Messages that a page may have pending: a slow page slows the stream and does not fill memory. */
const MAX_UNREAD = 4;

const feeds = createFeeds(MAX_STREAMS);

globalThis.onconnect = ({ ports: [port] }) => {
  let leave;
  let forget;
  let unread = 0;
  let onRead;

  /** Resolves when the page can take more. */
  function send(message) {
    port.postMessage(message);
    if (message.kind !== "rows" || ++unread < MAX_UNREAD) return;
    return new Promise((resolve) => onRead = resolve);
  }

  function end() {
    clearTimeout(forget);
    leave?.();
    onRead?.();
    leave = undefined;
    unread = 0;
  }

  const acts = {
    read() {
      unread = Math.max(0, unread - 1);
      onRead?.();
    },
    leave: end,
    retry: feeds.retry,
    here({ path, after }) {
      clearTimeout(forget);
      forget = setTimeout(end, FORGOTTEN_MS);
      port.postMessage({ kind: "here" });
      leave ??= feeds.join(path, after, send);
    },
  };
  port.onmessage = ({ data }) => acts[data.kind](data);
};
