/** Gaps of the recording among the rows. */
import { addressBelow } from "../address.js";
import { idOf, rowsOf } from "./row.js";

/** After a join the end of a gap is stored within a second, and its fill some time later. */
const ASKED_AFTER_MS = [1_000, 6_000, 60_000, 600_000];

/** The channel is recorded again: there may be a gap between the row with this id and now. */
export function askForGaps(list, afterId) {
  for (const ms of ASKED_AFTER_MS) setTimeout(ask, ms, list, afterId);
}

/** Fetches the gaps between the row with this id and the next one, if any. */
function ask(list, afterId) {
  if (afterId === 0) return;
  const next = rowsOf(list).find((row) => idOf(row) > afterId);
  const span = { after_id: afterId, ...next && { before_id: idOf(next) } };
  globalThis.htmx?.ajax("GET", addressBelow(list.dataset.live, "/gaps", span), {
    target: next ?? list,
    swap: next ? "beforebegin" : "beforeend",
  });
}

/**
 * Removes gaps that come a second time. A gap that was open when it was first shown comes again when it has ended, and
 * when it was filled. What fills it is not put among the rows that a person reads; a link leads to it.
 *
 * @param target the row before which the fragment will stand, or the list at whose end it will
 */
export function dropRepeatedGaps(list, fragment, target) {
  for (const gap of fragment.querySelectorAll(".gap")) {
    const shown = list.querySelector(`.gap[data-gap="${CSS.escape(gap.dataset.gap)}"]`);
    if (!shown) continue;
    gap.dataset.here = shown.dataset.here ?? shown.dataset.filled;
    // A gap at the end of the list has no row after it yet.
    if (idOf(target) > 0 && Number(gap.dataset.filled) > Number(gap.dataset.here)) {
      const href = addressBelow(list.dataset.live ?? location.pathname, "", { before_id: idOf(target) });
      gap.append(" · ", Object.assign(document.createElement("a"), { href, textContent: "show them" }));
    }
    shown.remove();
  }
}
