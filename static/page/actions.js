/**
 * What one can do with a row: a small bar at the row under the pointer, with the focus, or that was pressed long. Without a
 * mouse, it says the exact time, too, and a tap on another time does.
 */
import { showCard, showPanel } from "./card.js";

const LONG_PRESS_MS = 500;
const WIDE_PX = 768;

let bar;
let row;

export function offerActions() {
  bar = make("div", { className: "row-actions", hidden: true });
  bar.append(
    button("Copy link", () => copy(linkOf(row))),
    link("Context", () => linkOf(row)),
    button("Thread", () => showPanel(`/messages/${row.dataset.id}/thread`, row)),
    link("Their messages", () => messagesOf(row)),
    button("Copy text", () => copy(textOf(row))),
    make("span"),
  );
  document.querySelector("main").append(bar);

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    // On narrow screens it would cover the row before.
    if (pointerType !== "mouse" || innerWidth < WIDE_PX || bar.contains(target)) return;
    show(target.closest?.(".rows > .row[data-id]"), true);
  });
  document.addEventListener("focusin", ({ target }) => {
    // A pressed link must not get something over it before it is released.
    if (!bar.contains(target) && target.matches(":focus-visible")) {
      show(target.closest?.(".rows > .row[data-id]"));
    }
  });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.documentElement.addEventListener(
    "pointerleave",
    ({ pointerType }) => pointerType === "mouse" && hide(),
  );

  let pressed;
  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    if (bar.contains(target)) return;
    clearTimeout(pressed);
    if (pointerType === "mouse") return;
    hide();
    const held = target.closest?.(".rows > .row[data-id]");
    if (held) pressed = setTimeout(() => show(held), LONG_PRESS_MS);
  });
  for (const end of ["pointerup", "pointermove", "pointercancel"]) {
    document.addEventListener(end, () => clearTimeout(pressed), { passive: true });
  }
  document.addEventListener("pointerup", ({ target, pointerType }) => {
    const time = pointerType !== "mouse" && target.closest("time[title]:not(a time)");
    if (time) say(time.title);
  });
}

function show(next, hasMouse) {
  if (!next) return hide();
  if (next === row && !bar.hidden) return;
  row = next;
  bar.hidden = false;
  bar.children[2].hidden = !row.dataset.uuid;
  bar.children[3].hidden = !row.querySelector("a.name");
  bar.lastChild.hidden = hasMouse;
  bar.lastChild.textContent = row.querySelector("time").title;
  for (const action of bar.querySelectorAll("a")) action.href = action.address();
  const place = row.getBoundingClientRect();
  bar.style.top = `${Math.max(0, place.top - bar.offsetHeight + 6)}px`;
  bar.style.left = `${Math.max(4, place.right - bar.offsetWidth - 16)}px`;
}

function hide() {
  bar.hidden = true;
}

function button(words, onclick) {
  return make("button", { type: "button", textContent: words, onclick });
}

function link(words, address) {
  return make("a", { textContent: words, address });
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function messagesOf(row) {
  const channel = document.querySelector("#channel-groups [aria-current] .login")?.textContent;
  return `${row.querySelector("a.name")?.getAttribute("href")}${channel ? `?channel=${channel}` : ""}`;
}

/** What a row says, with the codes of its emotes. */
function textOf(row) {
  const text = row.querySelector(".text")?.cloneNode(true);
  for (const emote of text?.querySelectorAll(".emote") ?? []) emote.replaceWith(emote.dataset.code);
  return text?.textContent ?? "";
}

/** The address of a row in its context. */
export function linkOf(row) {
  return new URL(row.querySelector(".at").getAttribute("href"), location).href;
}

/** Opens the card of who wrote a row. */
export function openAuthor(row) {
  const name = row.querySelector("a.name");
  const user = name?.getAttribute("href").split("/")[2];
  if (user) showCard(user, row);
}

/** Copies a text, and says so. */
export async function copy(text) {
  let words = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    words = "This browser does not let pages copy here";
  }
  say(words);
}

/** Says something for a moment. */
function say(words) {
  const toast = make("p", { className: "toast", role: "status", textContent: words });
  document.body.append(toast);
  setTimeout(() => toast.remove(), 3_000);
}
