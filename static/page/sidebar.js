/** Scrolls the sidebar to the current channel, without moving the page. */
export function showCurrentChannel() {
  bringIntoView();
  // Changed rows do not move the others; a replaced list may.
  document.addEventListener("htmx:after:settle", ({ target }) => target.id === "sidebar" && bringIntoView());
}

/** On narrow screens the channels are a strip that scrolls sideways, else a column. */
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
