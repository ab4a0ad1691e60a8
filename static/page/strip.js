/** The time under the pointer on a strip, and a range that is dragged over several bars: it leads to its messages. */

const STRIP = "svg[data-range]";
const mark = document.createElement("span");
mark.className = "strip-mark";

/** The bar at which the drag began. */
let first;

export function watchStrips() {
  for (const type of ["pointerdown", "pointermove", "pointerup"]) document.addEventListener(type, follow);
  // A bar is a link, which the browser would drag.
  document.addEventListener("dragstart", (event) => event.target.closest?.(STRIP) && event.preventDefault());
}

function follow({ target, type, clientX, buttons, pointerType }) {
  const strip = pointerType === "mouse" && target.closest?.(STRIP);
  if (!strip) return mark.remove();
  const { left, width } = strip.getBoundingClientRect();
  const { from, bar, bars, range } = strip.dataset;
  const isEnd = type === "pointerup";
  const here = Math.min(bars - 1, Math.floor((clientX - left) / width * bars));
  first = buttons || isEnd ? first ?? here : undefined;
  const start = Math.min(first ?? here, here);
  const end = Math.max(first ?? here, here) + 1;
  const timeOf = (n) => new Date(Number(from) + n * bar);
  const moment = (n) => timeOf(n).toISOString().slice(0, 16);
  if (isEnd && end - start > 1) {
    location.assign(range.replace("_FROM_", moment(start)).replace("_TO_", moment(end)));
  }
  mark.textContent = timeOf(here).toLocaleString("en-GB", {
    timeZone: document.documentElement.dataset.zone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  mark.style.cssText = `left:${start / bars * 100}%;width:${(end - start) / bars * 100}%`;
  strip.after(mark);
}
