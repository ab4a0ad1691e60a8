/** Gaps of the recording among the rows. */
import { idOf } from "./id_of.js";

/** After the channel was joined the end of a gap is in the archive within a second, and what fills it some time later. */
const ASKED_AFTER_MS = [1_000, 6_000, 60_000, 600_000];

/** Twitch tells a channel's modes when it is joined: perhaps after a time in which something was missed. */
export function askForGaps(list, row) {
  if (row.matches(".state")) { for (const ms of ASKED_AFTER_MS) setTimeout(ask, ms, list, row); }
}

function ask(list, row) {
  const before = [...list.querySelectorAll(".row")].findLast((other) => idOf(other) < idOf(row));
  if (!row.isConnected || !before) return;
  const address = `${location.pathname}/gaps?after_id=${idOf(before)}&before_id=${idOf(row)}`;
  globalThis.htmx?.ajax("GET", address, { target: row, swap: "beforebegin" });
}

/**
 * Removes gaps that come a second time. A gap that was open when it was first shown comes again when it has ended, and
 * when it was filled. What fills it is not put among the rows that a person reads; a link leads to it.
 *
 * @param target the row beside which the fragment will stand
 */
export function dropRepeatedGaps(list, fragment, target) {
  for (const gap of fragment.querySelectorAll(".gap")) {
    const shown = list.querySelector(`.gap[data-gap="${CSS.escape(gap.dataset.gap)}"]`);
    if (!shown) continue;
    gap.dataset.here = shown.dataset.here ?? shown.dataset.filled;
    if (idOf(target) > 0 && Number(gap.dataset.filled) > Number(gap.dataset.here)) {
      const href = `${location.pathname}?before_id=${idOf(target)}`;
      gap.append(" · ", Object.assign(document.createElement("a"), { href, textContent: "show them" }));
    }
    shown.remove();
  }
}
