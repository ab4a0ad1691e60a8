/** The way from a page to its feed: in the SharedWorker, or in the page itself where there is none. */
import { createFeeds } from "./feeds.js";

const REPORT_MS = 2_000;
/** A worker whose process has ended does not answer. */
const MAX_UNANSWERED = 3;

let ownFeeds;

/**
 * Joins the feed.
 *
 * @param path the address of the live page
 * @param after returns the newest id that the page has
 * @param receive gets what the feed tells, see `feed.js`
 * @returns `leave()` and `retry()`
 */
export function openLink({ path, after, receive }) {
  if (typeof SharedWorker === "undefined") return joinHere();
  let replaced = 0;
  let link = joinWorker();
  return {
    leave: () => link.leave(),
    retry: () => link.retry(),
  };

  function joinHere() {
    ownFeeds ??= createFeeds(1);
    const leave = ownFeeds.join(path, after(), receive);
    return { leave, retry: () => ownFeeds.retry() };
  }

  function joinWorker() {
    const worker = new SharedWorker(new URL("./worker.js", import.meta.url), { type: "module" });
    const { port } = worker;
    let unanswered = 0;
    const timer = setInterval(report, REPORT_MS);
    port.onmessage = ({ data }) => {
      unanswered = 0;
      if (data.kind === "here") return;
      receive(data);
      if (data.kind === "rows") port.postMessage({ kind: "read" });
    };
    worker.onerror = () => replace(joinHere);
    report();

    function report() {
      if (unanswered++ >= MAX_UNANSWERED) return replace(replaced++ === 0 ? joinWorker : joinHere);
      port.postMessage({ kind: "here", path, after: after() });
    }

    function replace(join) {
      leave();
      link = join();
    }

    function leave() {
      clearInterval(timer);
      port.onmessage = worker.onerror = null;
      port.postMessage({ kind: "leave" });
      port.close();
    }

    return { leave, retry: () => port.postMessage({ kind: "retry" }) };
  }
}
