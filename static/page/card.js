/** The card of a person beside the page: a click on a name opens it, Escape closes it. `card` in the address names it. */

/** An id, or a login, whose digits are no id after an `@`. */
const USER = /^(-?\d+|@?\w+)$/;

let openedBy;

export function openCards() {
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (target.closest(".card-close")) return close();
    const link = target.closest(".rows :is(a.name, a.mention, a.named)");
    const user = /^\/users\/([\w@-]+)$/.exec(link?.getAttribute("href"))?.[1];
    if (!user || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    showCard(user, link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (card()?.hidden === false) close();
  });
  document.addEventListener("htmx:after:settle", ({ target }) => {
    if (target.id === "card" || document.activeElement === document.body) {
      card()?.querySelector("h2")?.focus({ preventScroll: true });
    }
  });
  addEventListener("popstate", () => {
    if (!new URL(location).searchParams.has("card") && card()?.hidden === false) remove();
  });
  const named = new URL(location).searchParams.get("card");
  // htmx comes after the modules.
  if (USER.test(named ?? "")) {
    addEventListener("DOMContentLoaded", () => showCard(named), { once: true });
  }
}

/** @param from the name or row to which the focus returns */
export function showCard(user, from) {
  const isOpen = !card().hidden;
  const channel = addressOfChannel()?.split("/")[2];
  showPanel(`/users/${user}/card${channel ? `?channel=${channel}` : ""}`, from);
  if (addressOf(user) === location.href) return;
  // Going back closes the card.
  if (isOpen) history.replaceState(history.state, "", addressOf(user));
  else history.pushState({ card: user }, "", addressOf(user));
}

/** The address of the page's channel; undefined if it is about none, or several. */
export function addressOfChannel() {
  return document.querySelector("#channel-groups [aria-current], [rel=canonical]")?.getAttribute("href");
}

/** Shows a fragment that is the panel beside the page. */
export function showPanel(address, from) {
  openedBy = from;
  card().hidden = false;
  globalThis.htmx.ajax("GET", address, { target: "#card", swap: "outerHTML" });
}

function close() {
  remove();
  if (history.state?.card) history.back();
  else if (addressOf(undefined) !== location.href) {
    history.replaceState(history.state, "", addressOf(undefined));
  }
  openedBy?.isConnected && openedBy.focus({ preventScroll: true });
}

function remove() {
  card().outerHTML = '<aside id="card" class="card" hidden></aside>';
}

function card() {
  return document.getElementById("card");
}

function addressOf(user) {
  const url = new URL(location);
  if (user === undefined) url.searchParams.delete("card");
  else url.searchParams.set("card", user);
  return url.href;
}
