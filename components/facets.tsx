/** Facets of many messages, as links that narrow a search. */

export interface Facet {
  title: string;
  entries: {
    text: string;
    /** Its number of messages, in words. */
    value: string;
    /** The address of the search with this entry; without it if it is `on`. */
    address: string;
    /** Whether the search has it already. */
    isOn?: boolean;
  }[];
}

export function Facets({ facets }: { facets: readonly Facet[] }) {
  return (
    <div class="facet-lists">
      {facets.filter(({ entries }) => entries.length > 0).map(({ title, entries }) => (
        <section>
          <h2>{title}</h2>
          <ul>
            {entries.map(({ text, value, address, isOn = false }) => (
              <li>
                <a
                  href={address}
                  class={isOn ? "on" : undefined}
                  title={isOn ? "Search without it" : undefined}
                >
                  <span class="text">{text}</span>
                  {isOn && <span class="sr-only">, remove</span>}
                  <span class="number">{value}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
