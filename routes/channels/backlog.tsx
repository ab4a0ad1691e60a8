/** The rows after an id of a channel, in pages, for streams that resume and for polling. */
import type { Channel } from "../../src/archive/channel.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { coalesce } from "../../src/web/pages/coalesce.ts";
import { Rows } from "../../components/message/row.tsx";
import { Moment, Until } from "../../components/time.tsx";
import type { Site } from "../site.tsx";

/** Rows of a page: the maximum of the archive, and 3 ms of rendering. */
const PAGE = 200;
/** About 10,000 rows, or 2 s at 5,000 messages/s. The browser keeps 500. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A page that was just loaded has no stream yet, so the rows since then must not be omitted. */
const FRESH_MS = 10_000;
const MAX_FRESH_BYTES = 32 * 1024 * 1024;

export interface BacklogPage {
  /** Rows by ascending id; may be empty. */
  html: string;
  /** The id of the last row, or of the request if there is none. */
  lastId: number;
  /** Whether there were more rows when it was read. */
  more: boolean;
  /** The page as an SSE event, rendered on first use and shared by all streams that resume from there. */
  event?: Uint8Array<ArrayBuffer>;
}

export type Backlog = (channel: Channel, after: number) => AsyncGenerator<BacklogPage, void>;

/**
 * Returns a function that reads a channel from an id on, page by page. Rows beyond {@link MAX_BYTES} are omitted: the last
 * page then has a link to them, and the newest rows. Streams that resume from the same id share rendered pages.
 */
export function createBacklog(site: Pick<Site, "archive" | "now" | "horizon">): Backlog {
  const once = coalesce<BacklogPage>();

  /** Rows after this time were stored with a wrong clock. */
  function horizon(): number | undefined {
    const id = site.horizon();
    return id === undefined ? undefined : receivedAt(id);
  }

  async function read(channelId: number, after: number): Promise<BacklogPage> {
    const page = await site.archive.timeline({
      channelId,
      place: { at: "after", id: after },
      to: horizon(),
      limit: PAGE,
      gaps: true,
    });
    if (page.events.length === 0) return { html: "", lastId: after, more: false };
    const events = page.events.toReversed();
    const html = String(<Rows events={events} gaps={page.gaps} />);
    return { html, lastId: events.at(-1)!.id, more: page.more };
  }

  async function readNewest(channel: Channel, after: number): Promise<BacklogPage> {
    const page = await site.archive.timeline({
      channelId: channel.id,
      to: horizon(),
      limit: PAGE,
      gaps: true,
    });
    const events = page.events.toReversed();
    const html = String(
      <>
        <NotShown channel={channel} after={after} before={events[0]!.id} />
        <Rows events={events} gaps={page.gaps} />
      </>,
    );
    return { html, lastId: events.at(-1)!.id, more: false };
  }

  return async function* backlog(channel, after) {
    const maxBytes = site.now() - receivedAt(after) < FRESH_MS ? MAX_FRESH_BYTES : MAX_BYTES;
    for (let bytes = 0, place = after; bytes < maxBytes;) {
      const from = place;
      const page = await once(`${channel.id} ${from}`, () => read(channel.id, from));
      yield page;
      if (!page.more) return;
      bytes += page.html.length;
      place = after = page.lastId;
    }
    yield await once(`${channel.id} newest ${after}`, () => readNewest(channel, after));
  };
}

/** Replaces omitted rows by a link to them. */
function NotShown({ channel, after, before }: { channel: Channel; after: number; before: number }) {
  const [from, to] = [receivedAt(after), receivedAt(before)];
  return (
    <li class="edge missed">
      Messages from <Moment at={from} /> to <Until from={from} at={to} /> are not shown here:{" "}
      <a href={`/channels/${channel.id}?after_id=${after}`}>read them</a>
    </li>
  );
}
