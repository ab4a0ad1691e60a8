/** The problem of a search, at its position in the text. */

export interface SearchProblemProps {
  /** The text as it was typed. */
  text: string;
  problems: readonly { from: number; to: number; sentence: string }[];
}

/** Characters of the text that are shown before and after the part. */
const AROUND = 40;
const MAX_SHOWN = 3;

export function SearchProblem({ text, problems }: SearchProblemProps) {
  return (
    <ul class="search-problems">
      {problems.slice(0, MAX_SHOWN).map(({ from, to, sentence }) => (
        <li>
          <WithCode>{sentence}</WithCode>
          {to > from && to - from < text.length && (
            <code class="place">
              {from > AROUND ? "…" : ""}
              {text.slice(Math.max(0, from - AROUND), from)}
              <mark class="wrong">{text.slice(from, to)}</mark>
              {text.slice(to, to + AROUND)}
              {to + AROUND < text.length ? "…" : ""}
            </code>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A sentence, with what stands between `` ` `` as code. */
export function WithCode({ children }: { children: string }) {
  return <>{children.split("`").map((part, n) => n % 2 === 1 ? <code>{part}</code> : part)}</>;
}
