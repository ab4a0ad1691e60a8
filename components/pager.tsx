/** Links to the newer and the older page of a timeline. */

export interface PagerProps {
  newer?: string;
  older?: string;
  label: string;
  /** Whether the list begins with the oldest message, so that the newer page is the next one. */
  oldestFirst?: boolean;
}

export function Pager({ newer, older, label, oldestFirst = false }: PagerProps) {
  if (!newer && !older) return null;
  const [previous, next] = oldestFirst
    ? [{ address: older, word: "Older" }, { address: newer, word: "Newer" }]
    : [{ address: newer, word: "Newer" }, { address: older, word: "Older" }];
  return (
    <nav class="pager" aria-label={label}>
      {previous.address
        ? <a class="button" rel="prev" href={previous.address}>← {previous.word}</a>
        : <span></span>}
      {next.address ? <a class="button" rel="next" href={next.address}>{next.word} →</a> : <span></span>}
    </nav>
  );
}
