/** Search by name, as one types; a form with a button without script. */
import { Field } from "./field.tsx";

export interface NameSearchProps {
  /** Answers with `#found`, which stands after the form. */
  address: string;
  q: string;
  /** The accessible name of the form. */
  label: string;
  startsFocused?: boolean;
}

export function NameSearch({ address, q, label, startsFocused }: NameSearchProps) {
  return (
    <form
      class="search-form"
      action={address}
      role="search"
      aria-label={label}
      hx-get={address}
      hx-trigger="input changed delay:250ms, submit"
      hx-target="#found"
      hx-swap="outerHTML"
      hx-sync="this:replace"
      hx-replace-url="true"
    >
      <Field
        name="q"
        label="Name"
        type="search"
        value={q}
        placeholder="Begins with or contains …"
        startsFocused={startsFocused}
      />
      <button class="button primary" type="submit">Search</button>
    </form>
  );
}
