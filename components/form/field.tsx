/** A labelled input with the problem of its value. */

export interface FieldProps {
  name: string;
  /** Distinguishes fields of one name on a page. */
  idSuffix?: string;
  label: string;
  value?: string;
  /** A sentence, or elements. */
  problem?: unknown;
  hint?: string;
  type?: "text" | "search" | "date" | "password";
  placeholder?: string;
  autofocus?: boolean;
  /** Whether a script focuses it, except after going back: there, `autofocus` would scroll the page. */
  startsFocused?: boolean;
  required?: boolean;
  autocomplete?: string;
  class?: string;
  /** The address that completes what is typed (`static/page/completion.js`). */
  completions?: string;
}

export function Field(props: FieldProps) {
  const { name, idSuffix = "", label, problem, hint, type = "text", class: extra, ...rest } = props;
  const { startsFocused, completions, ...input } = rest;
  const id = `f-${name}${idSuffix}`;
  const described = [problem ? `${id}-problem` : "", hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class={`field ${extra ?? ""}`}>
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        data-starts-focused={startsFocused ? "" : undefined}
        data-completions={completions}
        type={type}
        autocapitalize="none"
        spellcheck={false}
        autocomplete={input.autocomplete ?? "off"}
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={described || undefined}
      />
      {Boolean(problem) && <div class="problem" id={`${id}-problem`}>{problem}</div>}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}
