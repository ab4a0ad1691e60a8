/** The state of a page's own connection, which `static/live/connection.js` keeps. */
export function LiveState() {
  return <span id="live-state" class="live-state" role="status" data-state="connecting">connecting</span>;
}
