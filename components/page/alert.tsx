/** A message at the top of every page. */
import { Icon } from "../icons.tsx";

export interface AlertProps {
  title: string;
  text: string;
}

export function Alert({ title, text }: AlertProps) {
  return (
    <div class="alert" role="alert">
      <Icon name="warning" />
      <p>
        <strong>{title}</strong> {text}
      </p>
    </div>
  );
}
