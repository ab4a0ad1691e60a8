/** The search line at the top of every page. */
import { SearchChips, type SearchChipsProps } from "../form/search_chips.tsx";

export interface QuickSearchProps {
  /** The content of the line; on pages of one channel, the operator that names it. */
  search?: string;
  /** The parts of a valid search, which stand in the line until one types in it. */
  parts?: SearchChipsProps["parts"];
}

export function QuickSearch({ search, parts = [] }: QuickSearchProps) {
  return (
    <form
      class={parts.length > 0 ? "quick with-chips" : "quick"}
      action="/search/messages"
      role="search"
      aria-label="Messages"
    >
      <label class="sr-only" for="quick">Search all messages</label>
      <input
        id="quick"
        name="q"
        type="search"
        value={search}
        placeholder="Search all messages"
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        data-completions="/search/complete"
      />
      {parts.length > 0 && <SearchChips parts={parts} label="Parts of the search in this line" />}
      {!search && <kbd aria-hidden="true">/</kbd>}
    </form>
  );
}
