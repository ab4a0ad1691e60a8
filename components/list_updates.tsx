/** Lists that follow what changes: a poller, and the answers to it. */
import { raw } from "hono/html";

export interface ListPollerProps {
  /** Of the element itself. */
  id: string;
  /** Where to ask; the token is added. */
  address: string;
  /** What the page has. */
  token: string;
  /** In htmx's notation: `3s`. */
  every: string;
}

/** Asks for what changed. An answer brings the next poller along; 204 leaves this one as it is. */
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

/** Markup for the element with this id, whatever else is in the answer. */
export function Update({ id, html }: { id: string; html: string }) {
  return (
    <template {...{ hx: "", type: "partial" }} hx-target={`#${id}`} hx-swap="outerMorph">
      {raw(html)}
    </template>
  );
}
