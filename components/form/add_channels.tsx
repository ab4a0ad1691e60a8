/** The form that adds channels. */
import { Field } from "./field.tsx";

export interface AddChannelsProps {
  value?: string;
  problem?: string;
  autofocus?: boolean;
}

export function AddChannels({ value, problem, autofocus }: AddChannelsProps) {
  return (
    <form class="add" method="post" action="/channels">
      <Field
        name="name"
        label="Add channels"
        value={value}
        problem={problem}
        placeholder="name, #name, twitch.tv/name …"
        hint="One or many, with commas or spaces between. Recording begins within seconds."
        autofocus={autofocus}
        required
      />
      <button class="button primary" type="submit">Add</button>
    </form>
  );
}
