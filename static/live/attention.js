/** Tells about new rows while the page is hidden: by a number in its title, and by notifications if they are wanted. */

/**
 * The button `#notify` asks for permission and turns notifications on and off.
 *
 * @param key what the page follows: notifications of the same replace each other
 */
export function createAttention(key) {
  const { title } = document;
  const button = document.getElementById("notify");
  let missed = 0;
  let notifies = false;

  function show() {
    document.title = missed > 0 ? `(${missed.toLocaleString("en")}) ${title}` : title;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    missed = 0;
    show();
  });

  if (button && typeof Notification !== "undefined" && isSecureContext) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      notifies = !notifies && await Notification.requestPermission() === "granted";
      button.ariaPressed = String(notifies);
      button.textContent = notifies
        ? "Notifying"
        : Notification.permission === "denied"
        ? "Not allowed"
        : "Notify me";
    });
  }

  return {
    /** @param rows the new rows, oldest first */
    attract(rows) {
      if (!document.hidden) return;
      missed += rows.length;
      show();
      if (!notifies) return;
      const body = rows.at(-1).querySelector(".body")?.textContent.trim();
      const notification = new Notification(document.title, { body, tag: key });
      notification.onclick = () => globalThis.focus();
    },
  };
}
