/** A page in a frame of another one: links lead out of the frame. */
import { CardPlace, Document, type DocumentProps } from "./document.tsx";

export function Embedded({ children, ...document }: Omit<DocumentProps, "bodyClass" | "target">) {
  return (
    <Document {...document} bodyClass="fill embedded" target="_top">
      <main id="main" tabindex={-1}>{children}</main>
      <CardPlace />
    </Document>
  );
}
