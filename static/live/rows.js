/** The rows of a channel's page: what arrives, what comes above, and what is dropped where there are too many. */
import { dropRepeatedGaps } from "./gaps.js";
import { markRemoved } from "./moderation.js";
import { idOf, rowsOf } from "./rows_of.js";

const MAX_ROWS = 500;

/**
 * @param list the element that holds the rows
 * @param scroll what `createScroll` returned
 * @param onCount called with the number of new rows that are out of sight
 */
export function createRows({ list, scroll, onCount }) {
  let lastId = idOf(rowsOf(list).at(-1));
  let unseen = 0;
  /** Newer rows were left out for lack of room: the page does not reach to the newest any more. */
  let detached = false;

  document.addEventListener("htmx:before:swap", ({ detail }) => {
    for (const { target, fragment } of detail.tasks) {
      if (!list.contains(target)) continue;
      if (target.matches(".older")) addOlder(fragment, target);
      dropRepeatedGaps(list, fragment, target);
    }
  });

  /** Adds what the stream or a poll brought. Rows that are there already are left out. */
  function add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fragment = template.content;
    scroll.notice();
    const fresh = [];
    for (const row of fragment.querySelectorAll(".row")) {
      if (idOf(row) > lastId) fresh.push(row);
      else row.remove();
    }
    if (fresh.length === 0) return;
    lastId = idOf(fresh.at(-1));
    for (const row of fresh) markRemoved(row, [list, fragment]);
    dropRepeatedDays(fragment);
    dropNotes(fragment);
    dropRepeatedGaps(list, fragment, list);
    document.getElementById("empty")?.remove();
    if (!scroll.following) {
      unseen += fresh.length;
      onCount(unseen);
      // Older rows are being read, and the page is full: what is new is only counted, until one goes there.
      detached ||= list.childElementCount + fragment.childElementCount > MAX_ROWS;
      if (detached) return;
    }
    list.append(fragment);
    if (scroll.following) {
      trimTop();
      scroll.toEnd();
    }
  }

  function addOlder(fragment, sentinel) {
    const oldest = sentinel.nextElementSibling;
    const lastDay = [...fragment.querySelectorAll(".day")].at(-1)?.dataset.day;
    if (oldest?.matches(".day") && oldest.dataset.day === lastDay) oldest.remove();
    const restorePlace = scroll.holdPlace();
    queueMicrotask(() => {
      restorePlace();
      trimBottom();
    });
  }

  function dropRepeatedDays(fragment) {
    let day = [...list.querySelectorAll(".day")].at(-1)?.dataset.day;
    for (const separator of fragment.querySelectorAll(".day")) {
      if (separator.dataset.day === day || !separator.nextElementSibling?.matches(".row")) separator.remove();
      else day = separator.dataset.day;
    }
  }

  /** A page gets the note that another page's resumption skipped rows, too: not needed where it has what follows. */
  function dropNotes(fragment) {
    for (const note of fragment.querySelectorAll(".missed")) {
      let next = note.nextElementSibling;
      while (next && !next.matches(".row, .missed")) next = next.nextElementSibling;
      if (!next?.matches(".row")) note.remove();
    }
  }

  /** While following, the oldest rows go; a link at the top leads to them. */
  function trimTop() {
    const excess = list.childElementCount - MAX_ROWS;
    if (excess <= 0) return;
    let sentinel = list.querySelector(".older");
    const gone = [...list.children].slice(0, excess + 1).filter((row) => row !== sentinel);
    const day = gone.findLast((row) => row.matches(".day"));
    for (const row of gone) row.remove();
    // The day's header stays above those of its rows that do.
    if (day && !list.querySelector(":scope > :is(.day, .row)")?.matches(".day")) {
      sentinel ? sentinel.after(day) : list.prepend(day);
    }
    const first = list.querySelector(".row");
    const channel = location.pathname;
    if (!sentinel) {
      sentinel = document.createElement("li");
      sentinel.className = "edge older";
      sentinel.append(Object.assign(document.createElement("a"), { textContent: "Older messages" }));
      list.querySelector(".edge:not(.missed)")?.remove();
    }
    sentinel.setAttribute("hx-get", `${channel}/messages?before_id=${idOf(first)}`);
    sentinel.setAttribute("hx-trigger", "intersect root:#scroller rootMargin:600px");
    sentinel.setAttribute("hx-sync", "this:drop");
    sentinel.setAttribute("hx-swap", "outerHTML");
    sentinel.querySelector("a").href = `${channel}?before_id=${idOf(first)}`;
    list.prepend(sentinel);
    globalThis.htmx?.process(sentinel, true);
  }

  /** While reading what is old, the newest rows go. */
  function trimBottom() {
    const excess = list.childElementCount - MAX_ROWS;
    if (excess <= 0) return;
    for (const row of [...list.children].slice(-excess)) row.remove();
    detached = true;
    scroll.leave();
  }

  return {
    add,
    lastId: () => lastId,
    isDetached: () => detached,
    /** Everything is in sight again. */
    seen() {
      unseen = 0;
      trimTop();
      onCount(0);
    },
  };
}
