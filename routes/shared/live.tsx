/** Sends the new rows of a followed channel or search: by a stream, or by polling. */
import type { Context } from "hono";
import { z } from "zod";
import { idAs, optional, read, readQuery } from "../../src/web/params.ts";
import { type View, withView } from "../../components/view.ts";
import { LiveMark } from "../../components/message/mark.tsx";
import type { StoredEvent } from "../../src/chat/events.ts";
import type { Notes } from "../../src/live/notes.ts";
import { sseEvent } from "../../src/web/sse.ts";
import { createBacklog } from "./backlog.tsx";
import type { Followed } from "./followed.tsx";
import { liveEvents } from "./live_events.ts";
import { PlaceFields } from "./place.ts";
import type { Env, Site } from "../site.tsx";

type Answer = (c: Context<Env>, followed: Followed) => Promise<Response>;

const Place = z.object(PlaceFields);
const Resumed = z.object({ "Last-Event-ID": optional(idAs("the id of an event")) });

/** Answers with the messages after an id as rows; 204 if there are none. For browsers that cannot receive streams. */
export function pollHandler(site: Site): Answer {
  const backlog = createBacklog(site);
  return async (c, followed) => {
    const { after_id: after = 0 } = readQuery(c, Place);
    if (site.isAhead(after)) return c.body(null, 200, { "HX-Refresh": "true" });
    let html = "";
    const { rules } = c.get("view");
    for await (const page of backlog(followed, after)) html += marksOn(site, rules, page.events) + page.html;
    return html === "" ? c.body(null, 204) : c.html(html);
  };
}

/** Answers with a stream of rows: first those after `Last-Event-ID` (or `after_id`), then each commit. */
export function liveHandler(site: Site): Answer {
  const backlog = createBacklog(site);
  return async (c, shown) => {
    const { topic } = shown;
    const { rules } = c.get("view");
    await site.highlights.marker(rules);
    const notes: Notes = {
      key: JSON.stringify(rules),
      render(events) {
        const marks = marksOn(site, rules, events.map(site.streamed));
        return marks === "" ? undefined : sseEvent({ data: marks });
      },
    };
    const render: typeof topic.render = (events) =>
      withView(site.streamView, () => topic.render(events.map(site.streamed)));
    const followed = { ...shown, topic: { ...topic, render } };
    const { after_id } = readQuery(c, Place);
    const { "Last-Event-ID": last } = read(Resumed, { "Last-Event-ID": c.req.header("Last-Event-ID") });
    const after = last ?? after_id;
    if (after !== undefined && site.isAhead(after)) {
      return await liveEvents(site, c, followed.topic, notes, "reload");
    }
    return await liveEvents(
      site,
      c,
      followed.topic,
      notes,
      after === undefined ? undefined : backlog(followed, after),
    );
  };
}

/** The marks on rows that are rendered once for all readers; empty if there are none. */
function marksOn(site: Site, rules: View["rules"], events: readonly StoredEvent[]): string {
  const marker = site.highlights.current(rules);
  if (!marker) return "";
  return String(
    <>
      {events.map((event) => {
        const rule = marker(event);
        return rule && <LiveMark id={event.id} rule={rule} />;
      })}
    </>,
  );
}
