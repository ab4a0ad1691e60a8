/** Links to the newer and the older page of a timeline. */

export interface PagerProps {
  newer?: string;
  older?: string;
  label: string;
}

export function Pager({ newer, older, label }: PagerProps) {
  if (!newer && !older) return null;
  return (
    <nav class="pager" aria-label={label}>
      {newer ? <a class="button" rel="prev" href={newer}>← Newer</a> : <span></span>}
      {older ? <a class="button" rel="next" href={older}>Older →</a> : <span></span>}
    </nav>
  );
}
