/** Marks the messages that a row removed: one message, or all of a user; the row shows their name as they do. */

/**
 * @param row a row of the timeline; most rows remove nothing
 * @param places where the messages may stand; the stylesheet shows `data-removed`
 */
export function markRemoved(row, places) {
  const { removes, removesUuid, removesUser } = row.dataset;
  if (!removes) return;
  const which = removesUuid
    ? `[data-uuid="${CSS.escape(removesUuid)}"]`
    : `[data-user="${CSS.escape(removesUser ?? "")}"]`;
  const name = row.querySelector("a.name");
  for (const place of places) {
    for (const message of place.querySelectorAll(which)) {
      const own = message.querySelector(".body > a.name");
      if (own) name?.replaceWith(own.cloneNode(true));
      if (Number(message.dataset.id) < Number(row.dataset.id)) {
        message.querySelector(".body").dataset.removed ??= removesUuid
          ? `${removes} ${after(message, row)}`
          : removes;
      }
    }
  }
}

/** `after 4 s` */
function after(message, row) {
  const [from, to] = [message, row].map((each) => Date.parse(each.querySelector("time").dateTime));
  const seconds = Math.round((to - from) / 1_000);
  return seconds < 60 ? `after ${seconds} s` : `after ${Math.floor(seconds / 60)} min`;
}
