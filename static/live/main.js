/** The live page of a channel or a search: loads older rows on scrolling up, and on the newest page shows new ones live. */
import { showAnswered } from "./list/row.js";
import { addressBelow } from "./address.js";
import { createAttention } from "./attention.js";
import { openCalendar } from "./list/days.js";
import { connect } from "./connection.js";
import { askForGaps } from "./list/gaps.js";
import { keepPlace } from "./list/place.js";
import { createRows } from "./list/rows.js";
import { createScroll } from "./list/scroll.js";

const { rules } = document.documentElement.dataset;
const scroller = document.getElementById("scroller");
const list = document.getElementById("rows");
if (scroller && list) start();

function start() {
  const { live, background, gaps } = list.dataset;
  const isLive = live !== undefined;
  const jump = document.getElementById("jump");
  const jumpWords = document.getElementById("jump-words");

  const scroll = createScroll({
    scroller,
    isLive,
    mayFollow: () => !rows.isDetached(),
    onChange(following) {
      if (following) rows.seen();
      if (jump) jump.hidden = following;
    },
  });
  const rows = createRows({
    list,
    scroll,
    onFresh: (fresh) => attention?.attract(fresh),
    onCount(unseen) {
      if (jump) jumpWords.textContent = unseen > 0 ? `${unseen.toLocaleString("en")} new` : "Newest";
    },
  });

  const attention = background === undefined ? undefined : createAttention(live);

  jump?.addEventListener("click", () => {
    if (rows.isDetached()) return reload();
    scroll.follow();
    scroller.focus({ preventScroll: true });
  });
  showAnswered(list);
  openCalendar(list);
  keepPlace(scroller, list, () => scroll.following);

  if (!isLive) return;
  // A stream that is opened again meanwhile says the same.
  let isReloading = false;
  connect({
    // A stream is asked for with the cookies of its first page: other rules are another stream.
    path: addressBelow(live, "", rules && { rules }),
    polledWhenHidden: attention !== undefined,
    after: rows.lastId,
    onRows: rows.add,
    onEvent: (name) => {
      if (name === "joined" && gaps !== undefined) askForGaps(list, rows.lastId());
      // The rows here are from the future, and the time was corrected.
      if (name === "reload" && !isReloading) {
        isReloading = true;
        location.reload();
      }
    },
    label: document.getElementById("live-state"),
  });
}

/** The address may name the moment that one reads. */
function reload() {
  const url = new URL(location);
  url.searchParams.delete("at");
  location.assign(url);
}
