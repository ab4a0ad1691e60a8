/** The feeds of every channel that this browser shows. */
import { createFeed } from "./feed.js";

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
