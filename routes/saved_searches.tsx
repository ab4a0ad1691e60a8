/** Saved searches: the list, saving and deleting; and the addresses of each, which stay when its search changes. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { Field } from "../components/form/field.tsx";
import { SearchTabs } from "../components/form/search_tabs.tsx";
import { SearchProblem } from "../components/form/search_problem.tsx";
import { HowToManage } from "../components/page/how_to_manage.tsx";
import { NAME_RULE, parseName } from "../src/archive/saved/name.ts";
import type { SavedSearch } from "../src/archive/saved/saved_search.ts";
import { parseSearchText } from "../src/search/language/parse.ts";
import { printSearch } from "../src/search/language/print.ts";
import { type Access, mayManage } from "../src/web/access/access.ts";
import { noteObject } from "./access/audited.ts";
import { Failure } from "../src/web/failure.ts";
import { optional, readForm, readQuery, text } from "../src/web/params.ts";
import type { WebhookSender } from "../src/webhooks/sender.ts";
import type { Env, Site } from "./site.tsx";

const Query = z.object({ q: optional(text) });
const Saved = z.object({ name: text, q: text });
const Deleted = z.object({ delete: z.literal("1") });

export function list(site: Site): Handler<Env> {
  return async (c) => await page(site, c, { name: "", q: readQuery(c, Query).q ?? "" }, 200);
}

export function save(site: Site): Handler<Env> {
  return async (c) => {
    const { name: typedName, q } = await readForm(c, Saved);
    const name = parseName(typedName);
    const { search, problems } = parseSearchText(q);
    const nameProblem = name === undefined ? NAME_RULE : undefined;
    const searchProblem = problems.length > 0
      ? <SearchProblem text={q} problems={problems} />
      : search.length === 0
      ? "Enter what to search for."
      : undefined;
    if (name === undefined || searchProblem) {
      return await page(site, c, { name: typedName, q, nameProblem, searchProblem }, 422);
    }
    noteObject(c, `${name}: ${printSearch(search)}`);
    const saved = { name, search: printSearch(search), savedAt: site.now() };
    await site.recorder.change({ kind: "save search", saved });
    return c.redirect("/searches", 303);
  };
}

export function remove(site: Site, sender: WebhookSender): Handler<Env> {
  return async (c) => {
    await readForm(c, Deleted);
    const { name } = await find(site, c);
    noteObject(c, name);
    await site.recorder.change({ kind: "delete search", name });
    await sender.refresh();
    return c.redirect("/searches", 303);
  };
}

/** Leads to the results of a saved search, to its live page or to its feed. */
export function open(site: Site, as: "results" | "live" | "feed"): Handler<Env> {
  return async (c) => {
    const { search } = await find(site, c);
    const query = new URLSearchParams({ q: search, ...as === "feed" && { format: "atom" } });
    return c.redirect(`/search/${as === "live" ? "follow" : "messages"}?${query}`);
  };
}

async function find(site: Site, c: Context<Env>): Promise<SavedSearch> {
  const name = c.req.param("name");
  const found = (await site.archive.savedSearches()).find((saved) => saved.name === name);
  if (!found) throw new Failure("missing", `There is no saved search “${String(name).slice(0, 60)}”.`);
  return found;
}

interface FormProps {
  name: string;
  q: string;
  nameProblem?: string;
  searchProblem?: unknown;
}

async function page(site: Site, c: Context<Env>, form: FormProps, status: 200 | 422): Promise<Response> {
  const saved = await site.archive.savedSearches();
  return await site.page(
    c,
    { title: "Saved searches", section: "search" },
    <View saved={saved} form={form} access={c.get("access")} />,
    status,
  );
}

function View({ saved, form, access }: { saved: SavedSearch[]; form: FormProps; access: Access }) {
  return (
    <div class="page">
      <h1>Search</h1>
      <SearchTabs current="saved" q={form.q} />
      {saved.length === 0 ? <p class="empty">No search is saved yet.</p> : (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Search</th>
              <th scope="col">
                <span class="sr-only">Other pages</span>
              </th>
              {mayManage(access) && (
                <th scope="col">
                  <span class="sr-only">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {saved.map((one) => <Row {...one} manage={mayManage(access)} />)}
          </tbody>
        </table>
      )}
      {mayManage(access)
        ? (
          <form class="save-search" method="post" action="/searches">
            <Field name="name" label="Name" value={form.name} problem={form.nameProblem} required />
            <Field
              name="q"
              label="Search"
              value={form.q}
              problem={form.searchProblem}
              completions="/search/complete"
              class="q"
              required
            />
            <button class="button primary" type="submit">Save</button>
          </form>
        )
        : <HowToManage access={access} />}
    </div>
  );
}

function Row({ name, search, manage }: SavedSearch & { manage: boolean }) {
  const address = `/searches/${encodeURIComponent(name)}`;
  return (
    <tr>
      <th scope="row">
        <a href={address}>{name}</a>
      </th>
      <td>
        <code>{search}</code>
      </td>
      <td class="actions">
        <a href={`${address}/live`}>Live</a> <a href={`${address}/feed`}>Feed</a>
        {manage && (
          <>
            <a href={`${address}/webhooks`}>Webhooks</a>
          </>
        )}
      </td>
      {manage && (
        <td class="actions">
          <form method="post" action={address}>
            <input type="hidden" name="delete" value="1" />
            <button class="button small" type="submit" aria-label={`Delete ${name}`}>Delete</button>
          </form>
        </td>
      )}
    </tr>
  );
}
