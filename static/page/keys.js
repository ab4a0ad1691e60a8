/** Keys of every page; `components/page/palette.tsx` lists them. They do nothing while one types. */
import { copy, linkOf, openAuthor } from "./actions.js";
import { addressOfChannel } from "./card.js";
import { openPalette } from "./palette.js";

const GO_MS = 1_500;
const PLACES = { h: "/", e: "/events", p: "/users", s: "/streams" };
const TYPING = "input, textarea, select, [contenteditable]";

/** Whether the page is a column of another one. */
const isFramed = top !== globalThis;

export function watchKeys() {
  let wentAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k") {
      event.preventDefault();
      return isFramed ? passOn(event) : openPalette();
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (isFramed && "/?".includes(key)) {
      event.preventDefault();
      return passOn(event);
    }
    const isGoing = performance.now() - wentAt < GO_MS;
    wentAt = key === "g" ? performance.now() : -Infinity;
    if (isGoing && go(key) || act(key, target)) event.preventDefault();
  });
}

/** The search field and the dialogs are in the page around the frame. */
function passOn(event) {
  top.focus();
  top.document.dispatchEvent(new KeyboardEvent("keydown", event));
}

function go(key) {
  const address = key === "c" ? addressOfChannel() ?? "/channels" : PLACES[key];
  if (address) leave(address);
  return address !== undefined;
}

function act(key, target) {
  // On the page of a message, keys are about it first.
  const row = target.closest?.(".rows > .row") ?? document.querySelector("main .row.focus");
  switch (key) {
    case "/":
      return focusField();
    case "?":
      document.getElementById("keys")?.showModal();
      return true;
    case "j":
    case "k":
      return step(row, key === "j" ? 1 : -1);
    case "Enter":
      if (row !== target || !row) return false;
      row.querySelector(".at").click();
      return true;
    case "u":
      if (row) openAuthor(row);
      return row !== null;
    case "c":
      if (row) copy(linkOf(row));
      return row !== null;
    case "[":
    case "]":
      return stepDay(key === "[" ? -1 : 1);
  }
  return false;
}

/** The field of the page's own search, else the one at the top; narrow pages have none. */
function focusField() {
  const field = [document.querySelector("[data-starts-focused]"), document.getElementById("quick")]
    .find((each) => each?.offsetParent);
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
  if (!field) location.assign("/search/messages");
  return true;
}

/** Focuses the next row; first the last one in sight of a log, or the first one of a list. */
function step(row, by) {
  const rows = [...document.querySelectorAll(".rows > .row")];
  const next = row
    ? rows[rows.indexOf(row) + by]
    : document.getElementById("scroller")
    ? rows.findLast((each) => each.getBoundingClientRect().bottom <= innerHeight)
    : rows.find((each) => each.getBoundingClientRect().top >= 0);
  if (!next) return rows.length > 0;
  focusRow(next);
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Goes to the day before or after the one in sight, on pages that show a channel. */
function stepDay(by) {
  const scroller = document.getElementById("scroller");
  const link = scroller?.querySelector(".day > a");
  if (!link) return false;
  const top = scroller.getBoundingClientRect().top + 32;
  const days = [...scroller.querySelectorAll(".day")];
  const day = days.findLast((each) => each.getBoundingClientRect().top <= top) ?? days[0];
  const url = new URL(link.href);
  url.searchParams.set("day", day.dataset.day);
  url.searchParams.set("step", by < 0 ? "before" : "after");
  leave(url);
  return true;
}

/**
 * Focuses the row from which one left the page by keyboard, else the field of a search page. The entry of the history keeps
 * the row's id.
 */
export function keepFocus() {
  document.addEventListener("click", ({ target, detail }) => {
    const row = target.closest(".rows > .row");
    // A click of the keyboard has no number.
    if (row && detail === 0) history.replaceState({ ...history.state, row: row.id }, "");
  }, true);
  const row = document.getElementById(history.state?.row);
  if (row) {
    focusRow(row);
    // By then the page is at its place.
    return addEventListener("load", () => row.scrollIntoView({ block: "nearest" }));
  }
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" || location.hash) return;
  document.querySelector("[data-starts-focused]")?.focus({ preventScroll: true });
}

function focusRow(row) {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}

/** Goes to another page, also out of a frame. */
function leave(address) {
  top.location.assign(address);
}
