/** The bar that says since when a page is out of date. */
import { lastHeardAt, onServer } from "./server.js";

/** Parts of the page whose requests fail, with the time since when. */
const refused = new Map();
let isGone = false;
let bar;

/** Shows the bar while the server is gone. */
export function showStaleness() {
  onServer((is) => {
    isGone = is === "gone";
    show();
  });
}

/** A part of the page could not be updated, although the server answers. */
export function partRefused(id) {
  if (!refused.has(id)) refused.set(id, Date.now());
  show();
}

/** A part of the page is up to date. */
export function partFresh(id) {
  if (refused.delete(id)) show();
}

function show() {
  const isStale = isGone || refused.size > 0;
  document.documentElement.toggleAttribute("data-stale", isStale);
  if (!isStale) {
    bar?.remove();
    bar = undefined;
    return;
  }
  if (!bar) {
    bar = document.createElement("div");
    bar.id = "stale-bar";
    bar.className = "stale-bar";
    bar.setAttribute("role", "alert");
    document.getElementById("main")?.prepend(bar);
  }
  const since = isGone ? lastHeardAt() : Math.min(...refused.values());
  const words = isGone ? "No answer from Scrollback since " : "Scrollback cannot update this page since ";
  const clock = new Date(since).toLocaleTimeString("en-GB", {
    timeZone: document.documentElement.dataset.zone,
    timeStyle: "short",
  });
  bar.textContent = `${words}${clock}. This page shows the state of that time.`;
}
