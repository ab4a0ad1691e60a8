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

export function focusRow(row) {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}
