/** The side bar shows the current channel, also where it is one of a thousand; the page itself does not move. */
export function showCurrentChannel() {
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
