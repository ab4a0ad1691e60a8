/** The parts of a search, each with a link to the search without it. */

export interface SearchChipsProps {
  parts: { text: string; /** The address of the search without the part. */ without: string }[];
  label?: string;
}

export function SearchChips({ parts, label = "Parts of this search" }: SearchChipsProps) {
  return (
    <ul class="chips search-chips" aria-label={label}>
      {parts.map(({ text, without }) => (
        <li>
          <a href={without} title={`Search without ${text}`}>
            <span class="sr-only">Remove</span>
            <code>{text}</code>
            <span aria-hidden="true">×</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
