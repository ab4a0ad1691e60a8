/** A search page begins in its field; a page to which one goes back is left at its place. */
export function focusSearch() {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" || location.hash) return;
  document.querySelector("[data-starts-focused]")?.focus({ preventScroll: true });
}
