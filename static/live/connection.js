/** Keeps a visible page connected to its feed, and shows the state of the connection. */
import { onServer, serverAnswered, serverSilent } from "../page/server.js";
import { addressBelow } from "./address.js";
import { openLink } from "./link.js";

/** Browsers let hidden pages act once a minute, or more often. */
const HIDDEN_POLL_MS = 10_000;

/**
 * A hidden page has no stream; when it becomes visible it resumes after its last row.
 *
 * @param path the address of the live page
 * @param polledWhenHidden whether a hidden page asks for new rows now and then
 * @param after returns the newest id that the page has
 * @param onRows gets markup of new rows
 * @param onEvent gets the name of what else the stream told
 * @param label the element that shows the state
 */
export function connect({ path, polledWhenHidden, after, onRows, onEvent, label }) {
  let link;
  let state = "connecting";
  let isServerGone = false;

  function show(next) {
    state = next;
    const shown = isServerGone && state !== "paused" ? "reconnecting" : state;
    if (!label || label.dataset.state === shown) return;
    label.dataset.state = shown;
    label.textContent = shown === "polling" ? "live, by polling" : shown;
  }

  function receive(message) {
    if (!link) return;
    if (message.kind === "rows") {
      serverAnswered();
      onRows(message.html);
      return;
    }
    if (message.kind === "event") return onEvent(message.name);
    if (message.state === "live" || message.state === "polling") serverAnswered();
    if (message.state === "reconnecting") serverSilent();
    show(message.state);
  }

  function look() {
    if (document.visibilityState === "hidden") return leave();
    if (link) return;
    show("connecting");
    link = { leave() {}, retry() {} };
    link = openLink({ path, after, receive });
  }

  function leave() {
    link?.leave();
    link = undefined;
    show("paused");
  }

  async function pollHidden() {
    if (link) return;
    try {
      const answer = await fetch(addressBelow(path, "/messages/stream", { after_id: after() }), {
        headers: { "HX-Request": "true" },
        cache: "no-store",
      });
      const html = answer.ok ? await answer.text() : "";
      if (!link && html !== "") onRows(html);
    } catch {
      // The next poll tries again.
    }
  }

  if (polledWhenHidden) setInterval(pollHidden, HIDDEN_POLL_MS);

  document.addEventListener("visibilitychange", look);
  // A page that comes back from the browser's cache of pages.
  globalThis.addEventListener("pageshow", (event) => event.persisted && look());
  globalThis.addEventListener("pagehide", leave);
  onServer((is) => {
    isServerGone = is === "gone";
    if (is === "back") link?.retry();
    show(state);
  });
  look();
}
