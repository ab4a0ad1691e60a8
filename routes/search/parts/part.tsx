/** Parts of the page of results, which load by themselves; each is a page of its own without script. */
import type { Context, Handler } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { printSearch } from "../../../src/search/language/print.ts";
import { wantsFragment } from "../../../src/web/htmx.ts";
import { chipsOf } from "../query/chips.ts";
import { addressOf, areValid, readFields, type ValidFields } from "../query/fields.ts";
import type { Env, Site } from "../../site.tsx";

/** @param render makes the part of a valid search; one with a mistake leads to the page of results, which shows it */
export function part(
  site: Site,
  heading: string,
  render: (c: Context<Env>, fields: ValidFields) => Promise<JSX.Element>,
): Handler<Env> {
  return async (c) => {
    const fields = await readFields(site, c, c.req.query());
    if (!areValid(fields)) return c.redirect(`/search/messages${new URL(c.req.url).search}`);
    const found = await render(c, fields);
    if (wantsFragment(c)) return c.html(found);
    const { search } = fields;
    return await site.page(
      c,
      {
        title: `${heading}: ${printSearch(search)}`,
        section: "search",
        search: printSearch(search),
        parts: chipsOf(search),
      },
      <div class="page">
        <h1>{heading}</h1>
        <p>
          <a href={addressOf(search)}>
            Messages with <code>{printSearch(search)}</code>
          </a>
        </p>
        {found}
      </div>,
    );
  };
}
