/** The rows of a live page: adds new and older ones, and drops rows beyond the maximum. */
import { addressBelow } from "../address.js";
import { showInZone } from "./days.js";
import { dropRepeatedGaps } from "./gaps.js";
import { createMarks } from "./marks.js";
import { markRemoved, open } from "./moderation.js";
import { idOf, rowsOf } from "./row.js";

const MAX_ROWS = 500;

/**
 * @param list the element that holds the rows
 * @param scroll what `createScroll` returned
 * @param onCount called with the number of new rows that are out of sight
 * @param onFresh called with the new rows
 */
export function createRows({ list, scroll, onCount, onFresh }) {
  let lastId = idOf(rowsOf(list).at(-1));
  let unseen = 0;
  /** Newer rows were dropped: the page does not end with the newest row. */
  let detached = false;
  const marks = createMarks();

  document.addEventListener("htmx:before:swap", ({ detail }) => {
    for (const { target, fragment } of detail.tasks) {
      if (!list.contains(target)) continue;
      if (target.matches(".older")) addOlder(fragment, target);
      dropRepeatedGaps(list, fragment, target);
    }
  });

  /** Adds rows of the stream or of a poll, without those that are in the page. */
  function add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fragment = template.content;
    scroll.notice();
    marks.take(fragment);
    const fresh = [];
    for (const row of fragment.querySelectorAll(".row")) {
      if (idOf(row) > lastId) fresh.push(row);
      else row.remove();
    }
    if (fresh.length === 0) return;
    lastId = idOf(fresh.at(-1));
    onFresh(fresh);
    marks.put(fresh);
    showInZone(fragment);
    open(fragment);
    for (const row of fresh) markRemoved(row, [list, fragment]);
    dropRepeatedDays(fragment);
    dropNotes(fragment);
    dropRepeatedGaps(list, fragment, list);
    document.getElementById("empty")?.remove();
    if (!scroll.following) {
      unseen += fresh.length;
      onCount(unseen);
      // The reader is at older rows and the page is full: new rows are only counted.
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
    const restorePlace = scroll.holdPlace();
    if (oldest?.matches(".day") && oldest.dataset.day === lastDay) oldest.remove();
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

  /** A note of skipped rows may belong to another page's resumption: not needed if the next row is here. */
  function dropNotes(fragment) {
    for (const note of fragment.querySelectorAll(".missed")) {
      let next = note.nextElementSibling;
      while (next && !next.matches(".row, .missed")) next = next.nextElementSibling;
      if (!next?.matches(".row")) note.remove();
    }
  }

  /** While following, the oldest rows are dropped; a link at the top leads to them. */
  function trimTop() {
    if (list.childElementCount <= MAX_ROWS) return;
    // The link is the first of them.
    const gone = [...list.children].slice(0, list.childElementCount + 1 - MAX_ROWS);
    const day = gone.findLast((row) => row.matches(".day"));
    for (const row of gone) row.remove();
    // The header of a day stays above its remaining rows.
    if (day && !list.querySelector(":scope > :is(.day, .row)")?.matches(".day")) list.prepend(day);
    const before = { before_id: idOf(list.querySelector(".row")) };
    const address = (part) => addressBelow(list.dataset.live, part, before);
    list.insertAdjacentHTML(
      "afterbegin",
      `<li class="edge older" hx-get="${address("/messages")}" hx-sync="this:drop" hx-swap="outerHTML"
        hx-trigger="intersect root:#scroller rootMargin:600px"><a href="${
        address("")
      }">Older messages</a></li>`,
    );
    globalThis.htmx?.process(list.firstChild, true);
  }

  /** While reading older rows, the newest ones are dropped. */
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
    /** All rows are visible again. */
    seen() {
      unseen = 0;
      trimTop();
      onCount(0);
    },
  };
}
