/** Parts of a page for htmx. */
import type { Context } from "hono";
import { fullTitle } from "../../components/page/document.tsx";
import { cleanAddress } from "../../src/web/empty_fields.ts";
import type { Env } from "../site.tsx";

/** Answers with a part of a page. The browser shows the page's address and title. */
export function fragment(
  c: Context<Env>,
  { title, header, address = cleanAddress(c) }: {
    title: string;
    header: "HX-Push-Url" | "HX-Replace-Url";
    /** Shown in the browser; without it, the address of the request. */
    address?: string;
  },
  part: unknown,
) {
  c.header(header, address);
  return c.html(
    <>
      {part}
      <title>{fullTitle(title)}</title>
    </>,
  );
}
