/** Rows of messages: their ids and their order, and the way from a reply to the message that it answers. */

/** The id of a row's message; 0 for other elements. */
export function idOf(row) {
  return Number(row?.dataset?.id ?? 0);
}

/** The rows of messages, in order. */
export function rowsOf(list) {
  return [...list.querySelectorAll(":scope > .row")];
}

/** A click on the line above a reply scrolls to the answered message, if it is in the page. */
export function showAnswered(list) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-answers]");
    const answered = link && list.querySelector(`[data-uuid="${CSS.escape(link.dataset.answers)}"]`);
    if (!answered || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answered.scrollIntoView({ block: "center" });
    answered.classList.remove("flash");
    void answered.offsetWidth;
    answered.classList.add("flash");
  });
}
