/** Lists that poll for changes: the poller and its answers. */
import { raw } from "hono/html";

export interface ListPollerProps {
  /** The id of the poller. */
  id: string;
  /** The address to poll; the token is added. */
  address: string;
  /** The state that the page has. */
  token: string;
  /** In htmx's notation: `3s`. */
  every: string;
}

/** Polls for changes. An answer contains the next poller; 204 keeps this one. */
export function ListPoller({ id, address, token, every }: ListPollerProps) {
  return (
    <div
      id={id}
      hx-get={`${address}${address.includes("?") ? "&" : "?"}since=${token}`}
      hx-trigger={`every ${every}`}
      hx-sync="this:drop"
      hx-swap="outerHTML"
      {...{ "hx-status:4xx": "swap:none", "hx-status:5xx": "swap:none" }}
      hidden
    >
    </div>
  );
}

/** Replaces the element with this id, out of band. */
export function Update({ id, html }: { id: string; html: string }) {
  return (
    <template {...{ hx: "", type: "partial" }} hx-target={`#${id}`} hx-swap="outerMorph">
      {raw(html)}
    </template>
  );
}
