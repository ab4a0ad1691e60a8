/** Completions of a search, for `static/page/completion.js`. */
import { count } from "../numbers.ts";

export interface Completion {
  /** Replaces the typed text. */
  text: string;
  /** What it means, or where it is from. */
  note?: string;
  /** Approximate number of messages. */
  messages?: number;
}

/** Below this, numbers are exact (`docs/search.md`); larger ones may be estimates. */
const EXACT = 1_000;

export interface CompletionsProps {
  /** UTF-16 offsets of the text that they replace. */
  from: number;
  to: number;
  completions: readonly Completion[];
}

export function Completions({ from, to, completions }: CompletionsProps) {
  return (
    <ul class="completions" role="listbox" aria-label="Completions" data-from={from} data-to={to}>
      {completions.map((completion, n) => (
        <li id={`completion-${n}`} role="option" aria-selected="false" data-text={completion.text}>
          <Words {...completion} />
        </li>
      ))}
    </ul>
  );
}

/** The same without script. */
export function CompletionLinks(
  { completions, address }: Pick<CompletionsProps, "completions"> & { address: (text: string) => string },
) {
  return (
    <ul class="completion-links">
      {completions.map((completion) => (
        <li>
          <a href={address(completion.text)}>
            <Words {...completion} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Words({ text, note, messages }: Completion) {
  return (
    <>
      <span class="text">{text}</span>
      {note && <span class="note">{note}</span>}
      {messages !== undefined && <span class="number">{messages < EXACT ? "" : "≈ "}{count(messages)}</span>}
    </>
  );
}
