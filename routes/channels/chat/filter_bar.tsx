/** The bar above a channel's log: filters, the calendar, and export. */
import type { Child } from "hono/jsx";
import type { Channel } from "../../../src/archive/channel.ts";
import { Icon } from "../../../components/icons.tsx";
import { isoDay, isoMinute } from "../../../components/time.tsx";
import { channelAddress, FILTERS } from "./filters.ts";

interface FiltersProps {
  channel: Channel;
  q: string;
  at?: string;
  /** When the shown messages end. */
  shownAt: number;
  /** The calendar, if it does not load when it is opened. */
  calendar?: Child;
}

export function Filters({ channel, q, at, shownAt, calendar }: FiltersProps) {
  const isOwn = q !== "" && !FILTERS.some((filter) => filter.q === q);
  const files = (format: string) =>
    `/search/messages?${new URLSearchParams({ q: `in:${channel.login} ${q}`.trim(), format })}`;
  return (
    <div class="filter-bar">
      <nav class="chips" aria-label="Filters">
        <a href={channelAddress(channel, { at })} aria-current={q === "" ? "true" : undefined}>All</a>
        {FILTERS.map((filter, i) => (
          <a
            href={channelAddress(channel, { q: filter.q, at })}
            aria-current={filter.q === q ? "true" : undefined}
          >
            {filter.title} <span class="rate" id={`filter-${i}`}></span>
          </a>
        ))}
        {isOwn && (
          <a href={channelAddress(channel, { at })} aria-current="true" title="Show everything">
            <code>{q}</code> ×
          </a>
        )}
      </nav>
      <details class="menu" name="bar-menu">
        <summary>
          + <span>word…</span>
        </summary>
        <form class="panel" action={`/channels/${channel.id}`}>
          <label for="filter-word">Show only messages with</label>
          <input
            id="filter-word"
            name="q"
            type="search"
            value={isOwn ? q : ""}
            required
            autocomplete="off"
          />
          <button class="button primary" type="submit">Filter</button>
        </form>
      </details>
      <details class="menu" id="jump-date" name="bar-menu">
        <summary>
          <Icon name="calendar" />
          <span>Jump to date</span>
        </summary>
        <div class="panel">
          <form action={`/channels/${channel.id}`}>
            {q !== "" && <input type="hidden" name="q" value={q} />}
            <label for="jump-at">Day and time</label>
            <input
              id="jump-at"
              name="at"
              type="datetime-local"
              value={isoMinute(shownAt)}
              max="9999-12-31T23:59"
              required
            />
            <button class="button primary" type="submit">Go</button>
          </form>
          {calendar ?? (
            <div
              id="month"
              class="month"
              hx-get={channelAddress(channel, { part: "/days", day: isoDay(shownAt) })}
              hx-trigger="toggle from:#jump-date once"
              hx-swap="outerHTML"
            >
              <a href={channelAddress(channel, { part: "/days", day: isoDay(shownAt) })}>Calendar</a>
            </div>
          )}
        </div>
      </details>
      <a class="bar-link" href={`/side?${new URLSearchParams({ in: channel.login })}`}>
        <Icon name="columns" />
        <span>Beside another</span>
      </a>
      <details class="menu" name="bar-menu">
        <summary>
          <Icon name="down" />
          <span>Export</span>
        </summary>
        <div class="panel">
          {["text", "csv", "json", "ndjson"].map((format) => (
            <a href={files(format)}>{format === "text" ? "Text" : format.toUpperCase()}</a>
          ))}
        </div>
      </details>
    </div>
  );
}
