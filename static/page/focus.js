/** Focuses the field of a search page, except after going back. */
export function focusSearch() {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" || location.hash) return;
  document.querySelector("[data-starts-focused]")?.focus({ preventScroll: true });
}
