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

  return {
    join(path, after, subscriber) {
      let feed = feeds.get(path);
      if (!feed) feeds.set(path, feed = createFeed(path, slots));
      return feed.join(after, subscriber);
    },
    retry() {
      for (const feed of feeds.values()) feed.retry();
    },
  };
}
