/** The id of a row's message; 0 for other elements. */
export function idOf(row) {
  return Number(row?.dataset?.id ?? 0);
}

/** The rows of messages, in order. */
export function rowsOf(list) {
  return [...list.querySelectorAll(":scope > .row")];
}
