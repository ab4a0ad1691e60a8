/** The id of a row's message; 0 for what is no row of a message. */
export function idOf(row) {
  return Number(row?.dataset?.id ?? 0);
}

/** The rows of messages, in their order. */
export function rowsOf(list) {
  return [...list.querySelectorAll(":scope > .row")];
}
