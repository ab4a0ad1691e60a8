/** Reads the rows that a live page missed, page by page: for streams that resume, and for polling. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { coalesce } from "../../src/web/pages/coalesce.ts";
import { withView } from "../../components/view.ts";
import { Moment, Until } from "../../components/time.tsx";
import type { Followed } from "./followed.tsx";
import type { Site } from "../site.tsx";

/** Rows of a page: the maximum of the archive, and 3 ms of rendering. */
const PAGE = 200;
/** About 10,000 rows, or 2 s at 5,000 messages/s. The browser keeps 500. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A page that was just loaded has no stream yet, so the rows since then must not be omitted. */
const FRESH_MS = 10_000;
const MAX_FRESH_BYTES = 32 * 1024 * 1024;
/** A search that finds no rows for this long ends, too. */
const MAX_MS_WITHOUT_ROWS = 1_000;

export interface BacklogPage {
  /** Rows by ascending id; may be empty. */
  html: string;
  /** The events of the rows. */
  events: readonly StoredEvent[];
  /** The id of the last row, or of the request if there is none. */
  lastId: number;
  /** Whether there were more rows when it was read. */
  more: boolean;
  /** The page as an SSE event, rendered on first use and shared by all streams that resume from there. */
  event?: Uint8Array<ArrayBuffer>;
}

export type Backlog = (followed: Followed, after: number) => AsyncGenerator<BacklogPage, void>;

/**
 * Returns a function that reads what is followed from an id on, page by page. Rows beyond {@link MAX_BYTES} are omitted: the last
 * page then has a link to them, and the newest rows. Streams that resume from the same id share rendered pages.
 */
export function createBacklog(site: Pick<Site, "archive" | "now" | "horizon" | "streamView">): Backlog {
  const once = coalesce<BacklogPage>();

  /** Rows after this time were stored with a wrong clock. */
  function horizon(): number | undefined {
    const id = site.horizon();
    return id === undefined ? undefined : receivedAt(id);
  }

  async function read({ query, rows }: Followed, after: number): Promise<BacklogPage> {
    const page = await site.archive.timeline({
      ...query,
      place: { at: "after", id: after },
      to: Math.min(query.to ?? Infinity, horizon() ?? Infinity),
      limit: PAGE,
    });
    const { events, more, gaps, stoppedAt } = page;
    const lastId = stoppedAt ?? events[0]?.id ?? after;
    if (events.length === 0) return { html: "", events, lastId, more };
    return { html: String(rows(events.toReversed(), gaps)), events, lastId, more };
  }

  async function readNewest({ query, rows, addressAfter }: Followed, after: number): Promise<BacklogPage> {
    const page = await site.archive.timeline({
      ...query,
      to: Math.min(query.to ?? Infinity, horizon() ?? Infinity),
      limit: PAGE,
    });
    const events = page.events.toReversed();
    if (events.length === 0) return { html: "", events, lastId: after, more: false };
    const html = String(
      <>
        <NotShown address={addressAfter(after)} after={after} before={events[0]!.id} />
        {rows(events, page.gaps)}
      </>,
    );
    return { html, events, lastId: events.at(-1)!.id, more: false };
  }

  return async function* backlog(followed, after) {
    const { key } = followed.topic;
    const { maxBacklogBytes = MAX_BYTES } = followed;
    const maxBytes = site.now() - receivedAt(after) < FRESH_MS ? MAX_FRESH_BYTES : maxBacklogBytes;
    let foundAt = performance.now();
    for (
      let bytes = 0, place = after;
      bytes < maxBytes && performance.now() < foundAt + MAX_MS_WITHOUT_ROWS;
    ) {
      const from = place;
      const page = await once(`${key} ${from}`, () => withView(site.streamView, () => read(followed, from)));
      yield page;
      if (!page.more) return;
      if (page.html !== "") foundAt = performance.now();
      bytes += page.html.length;
      place = after = page.lastId;
    }
    yield await once(
      `${key} newest ${after}`,
      () => withView(site.streamView, () => readNewest(followed, after)),
    );
  };
}

/** Replaces omitted rows by a link to them. */
function NotShown({ address, after, before }: { address: string; after: number; before: number }) {
  const [from, to] = [receivedAt(after), receivedAt(before)];
  return (
    <li class="edge missed">
      Messages from <Moment at={from} /> to <Until from={from} at={to} /> are not shown here:{" "}
      <a href={address}>read them</a>
    </li>
  );
}
