/** A SharedWorker: holds the streams of every page of this browser, so that pages that come and go share them. */
import { createFeeds } from "./feeds.js";

/** With it three connections are left for pages, polls and searches. */
const MAX_STREAMS = 3;
/** A page that crashed says no goodbye. Pages report every 2 s. */
const FORGOTTEN_MS = 12_000;
/** Messages that a page may have before it: a page that is slower than the chat slows the stream, not the memory. */
const MAX_UNREAD = 4;

const feeds = createFeeds(MAX_STREAMS);

globalThis.onconnect = ({ ports: [port] }) => {
  let leave;
  let forget;
  let unread = 0;
  let onRead;

  /** Resolves when the page has room for more. */
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

  port.onmessage = ({ data }) => {
    if (data.kind === "read") {
      unread = Math.max(0, unread - 1);
      onRead?.();
    } else if (data.kind === "leave") {
      end();
    } else if (data.kind === "retry") {
      feeds.retry();
    } else if (data.kind === "here") {
      clearTimeout(forget);
      forget = setTimeout(end, FORGOTTEN_MS);
      port.postMessage({ kind: "here" });
      leave ??= feeds.join(data.path, data.after, send);
    }
  };
};
