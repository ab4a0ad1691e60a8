/** Marks the messages that a row removed: one message, or all of a user; the row shows their name as they do. */

const { classList } = document.documentElement;

/**
 * @param row a row of the timeline; most rows remove nothing
 * @param places where the messages may stand
 */
export function markRemoved(row, places) {
  const { id, removes, removesUuid, removesUser } = row.dataset;
  if (!removes) return;
  const which = removesUuid
    ? `[data-uuid="${CSS.escape(removesUuid)}"]`
    : `[data-user="${CSS.escape(removesUser ?? "")}"]`;
  const messages = places.flatMap((place) => [...place.querySelectorAll(which)]);
  const name = row.querySelector("a.name");
  const own = messages.at(-1)?.querySelector(".body > a.name");
  if (own) name?.replaceWith(own.cloneNode(true));
  const removed = messages.filter((message) =>
    Number(message.dataset.id) < Number(id) && !message.querySelector("[data-removed]")
  );
  // Their rows stay as high as they are, so that nothing moves.
  const heights = removed.map(({ offsetHeight }) => offsetHeight);
  for (const [i, message] of removed.entries()) {
    message.style.minHeight = `${heights[i]}px`;
    if (removesUuid) hide(message, `${removes} ${after(message, row)}`, "message ");
    else hide(message, removes, "message removed: ");
  }
}

/** As `components/message/removed.tsx` does. */
function hide(message, words, before) {
  const body = message.querySelector(".body");
  body.dataset.removed = words;
  const text = body.querySelector(".text");
  if (!text) return;
  if (classList.contains("no-removed")) return text.textContent = "(removed)";
  const details = document.createElement("details");
  details.className = "gone";
  details.innerHTML = `<summary><span>${before}</span></summary> `;
  details.firstChild.append(words);
  text.replaceWith(details);
  details.append(text);
  open(message);
}

/** Shows removed texts if the reader wants all of them. */
export function open(place) {
  if (!classList.contains("shows-removed")) return;
  for (const details of place.querySelectorAll(".gone")) details.open = true;
}

/** `after 4 s` */
function after(message, row) {
  const [from, to] = [message, row].map((each) => Date.parse(each.querySelector("time").dateTime));
  const seconds = Math.round((to - from) / 1_000);
  return seconds < 60 ? `after ${seconds} s` : `after ${Math.floor(seconds / 60)} min`;
}
