/** A search by name that updates as the user types; without script, a form with a button. */
import { Field } from "./field.tsx";

export interface NameSearchProps {
  /** The address that answers with `#found`, which follows the form. */
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
