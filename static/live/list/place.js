/** Keeps the moment that one reads in the page's address, so that a reload, a way back and a copied address lead there. */
import { rowsOf } from "./row.js";

const SETTLED_MS = 300;

/**
 * @param scroller the element that scrolls
 * @param list the element that holds the rows
 * @param isAtEnd whether the page follows the newest rows: then its address names no moment
 */
export function keepPlace(scroller, list, isAtEnd) {
  let timer;
  scroller.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED_MS);
  }, { passive: true });

  function write() {
    const url = new URL(location);
    const row = isAtEnd() ? undefined : firstVisible();
    for (const name of ["before_id", "after_id", "at"]) url.searchParams.delete(name);
    if (row) url.searchParams.set("at", row.querySelector("time").dateTime.replace(/\.\d+Z$/, "Z"));
    const address = url.pathname + url.search.replaceAll("%3A", ":");
    if (address !== location.pathname + location.search) history.replaceState(history.state, "", address);
  }

  function firstVisible() {
    // Below the header of the day, where `toId` in `scroll.js` puts a row.
    const top = scroller.getBoundingClientRect().top + 36;
    return rowsOf(list).find((row) => row.getBoundingClientRect().bottom > top);
  }
}
