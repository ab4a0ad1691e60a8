/** Actions on the results of a search. */
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { addressOf } from "./query/fields.ts";
import { followAddress } from "./follow.tsx";

const FILES = [["csv", "CSV"], ["json", "JSON"], ["ndjson", "NDJSON"], ["text", "Text"]] as const;

export function SearchTools({ search, oldestFirst }: { search: Search; oldestFirst: boolean }) {
  const order = oldestFirst ? "oldest" : undefined;
  return (
    <nav class="tools" aria-label="Results">
      {oldestFirst
        ? <a href={addressOf(search)}>Newest first</a>
        : <a href={addressOf(search, { order: "oldest" })}>Oldest first</a>}
      <a href={followAddress(search)}>Follow live</a>
      <a href={addressOf(search, { format: "atom" })}>Feed</a>
      <a href={`/searches?${new URLSearchParams({ q: printSearch(search) })}`}>Save</a>
      <details class="menu">
        <summary>Go to a time</summary>
        <form action="/search/messages" class="go-to">
          <input type="hidden" name="q" value={printSearch(search)} />
          <label for="f-at">Time (UTC)</label>
          <input id="f-at" name="at" type="datetime-local" required />
          <button class="button" type="submit">Go</button>
        </form>
      </details>
      <details class="menu">
        <summary>Export</summary>
        <ul>
          {FILES.map(([format, name]) => (
            <li>
              <a href={addressOf(search, { order, format })} download>{name}</a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  );
}
