/** A page that searches names as they are typed. */
import type { Context } from "hono";
import { NameSearch } from "../../components/form/name_search.tsx";
import { SearchTabs, type SearchTabsProps } from "../../components/form/search_tabs.tsx";
import { wantsFragment } from "../../src/web/htmx.ts";
import type { Env, Site } from "../site.tsx";
import { fragment } from "./fragment.tsx";

interface NamesPage {
  title: string;
  q: string;
  address: string;
  /** The name of the form, and the heading outside the searches. */
  label: string;
  /** Its tab, if the page is one of the searches. */
  tab?: SearchTabsProps["current"];
}

/** Answers with the page, or for htmx with the results: `#found`. */
export async function nameSearch(
  site: Site,
  c: Context<Env>,
  { title, q, address, label, tab }: NamesPage,
  found: unknown,
) {
  if (wantsFragment(c)) return fragment(c, { title, header: "HX-Replace-Url" }, found);
  return await site.page(
    c,
    { title, section: tab ? "search" : "people" },
    <div class="page">
      <h1>{tab ? "Search" : label}</h1>
      {tab && <SearchTabs current={tab} q={q} />}
      <NameSearch address={address} q={q} label={label} startsFocused={tab !== undefined} />
      {found}
    </div>,
  );
}
