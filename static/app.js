/** What every page does by script. Each page works without. */
import { showTextOfBrokenPictures } from "./page/pictures.js";
import { watchRequests } from "./page/requests.js";
import { watchServer } from "./page/server.js";
import { showStaleness } from "./page/stale.js";

showTextOfBrokenPictures();
showStaleness();
watchRequests();
watchServer();

// Adds the local time to what a time stamp says when one points at it: the pages themselves are in UTC.
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time");
  if (!time || time.dataset.local) return;
  time.dataset.local = "1";
  time.title += ` · ${new Date(time.dateTime).toLocaleString()} here`;
});

/** The side bar shows the current channel, also where it is one of a thousand; the page itself does not move. */
function showCurrentChannel() {
  bringIntoView();
  // Rows that change do not move the others. Where the list as a whole is another one, the place may be, too.
  document.addEventListener("htmx:after:settle", ({ target }) => target.id === "sidebar" && bringIntoView());
}

/** On a phone the channels are a strip that scrolls sideways, elsewhere a column. */
function bringIntoView() {
  const current = document.querySelector("#sidebar [aria-current]");
  for (const scroller of current ? [current.closest("ul"), current.closest("#sidebar")] : []) {
    const [place, frame] = [current.getBoundingClientRect(), scroller.getBoundingClientRect()];
    if (place.left < frame.left || place.right > frame.right) {
      scroller.scrollLeft += (place.left + place.right - frame.left - frame.right) / 2;
    }
    if (place.top < frame.top || place.bottom > frame.bottom) {
      scroller.scrollTop += (place.top + place.bottom - frame.top - frame.bottom) / 2;
    }
  }
}

/** A search page begins in its field; a page to which one goes back is left at its place. */
function focusSearch() {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" || location.hash) return;
  document.querySelector("[data-starts-focused]")?.focus({ preventScroll: true });
}

showCurrentChannel();
focusSearch();
