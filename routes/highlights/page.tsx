/** Highlight rules: the list, and saving, changing and removing them, for one browser and for all readers. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { optional, readForm, readQuery } from "../../src/web/params.ts";
import { mayManage } from "../../src/web/access/access.ts";
import { noteObject } from "../access/audited.ts";
import type { Env, Site } from "../site.tsx";
import { EMPTY, Form, ruleIn, typedIn, withRule } from "./form.ts";
import { keepOwnRules, MAX_OWN_RULES, ownRules } from "./own_rules.ts";
import { type FormProps, View } from "./view.tsx";

const ADDRESS = "/highlights";
/** For all readers. */
const MAX_RULES = 50;

const Query = z.object({
  /** What the form begins with. */
  q: optional(z.string().max(8_000)),
  /** The search of the rule to change, and whose it is. */
  change: optional(z.string().max(8_000)),
  of: optional(z.enum(["browser", "everyone"])),
});

export function list(site: Site): Handler<Env> {
  return async (c) => {
    const { q = "", change, of = "browser" } = readQuery(c, Query);
    const changed = change === undefined
      ? undefined
      : (of === "browser" ? ownRules(c) : await site.archive.highlightRules())
        .find(({ search }) => search === change);
    const typed = changed ? { ...changed, q: changed.search, was: changed.search } : { ...EMPTY, q };
    return await page(site, c, { typed, of: changed && of }, 200);
  };
}

/** Changes the rules of the browser that asks. */
export function changeOwn(site: Site): Handler<Env> {
  return async (c) => {
    const form = await readForm(c, Form);
    const rules = ownRules(c);
    if (form.remove !== "") {
      keepOwnRules(c, rules.filter(({ search }) => search !== form.remove));
      return c.redirect(ADDRESS, 303);
    }
    const typed = typedIn(form);
    const of = typed.was === "" ? undefined : "browser";
    const read = await ruleIn(site, typed);
    if ("problems" in read) return await page(site, c, { typed, problems: read.problems, of }, 422);
    const changed = withRule(rules, read.rule, typed.was);
    const problem = changed.length > MAX_OWN_RULES
      ? tooMany(MAX_OWN_RULES)
      : keepOwnRules(c, changed)
      ? undefined
      : "With this rule, all rules together are longer than a browser keeps: shorten or remove one.";
    if (problem) return await page(site, c, { typed, problems: { q: problem }, of }, 422);
    return c.redirect(ADDRESS, 303);
  };
}

/** Changes the archive's rules. */
export function changeEveryones(site: Site): Handler<Env> {
  return async (c) => {
    const form = await readForm(c, Form);
    const { archive, recorder, highlights } = site;
    noteObject(c, form.remove === "" ? form.q : `remove ${form.remove}`);
    if (form.remove !== "") {
      await recorder.change({ kind: "delete highlight rule", search: form.remove });
      highlights.changed();
      return c.redirect(ADDRESS, 303);
    }
    const typed = typedIn(form);
    const of = typed.was === "" ? undefined : "everyone";
    const read = await ruleIn(site, typed);
    if ("problems" in read) return await page(site, c, { typed, problems: read.problems, of }, 422);
    const changed = withRule(await archive.highlightRules(), read.rule, typed.was);
    if (changed.length > MAX_RULES) {
      return await page(site, c, { typed, problems: { q: tooMany(MAX_RULES) }, of }, 422);
    }
    if (typed.was !== "" && typed.was !== read.rule.search) {
      await recorder.change({ kind: "delete highlight rule", search: typed.was });
    }
    await recorder.change({ kind: "save highlight rule", rule: read.rule, savedAt: site.now() });
    highlights.changed();
    return c.redirect(ADDRESS, 303);
  };
}

function tooMany(most: number): string {
  return `There can be ${most} rules: remove one first, or join two with OR.`;
}

async function page(site: Site, c: Context<Env>, form: FormProps, status: 200 | 422): Promise<Response> {
  const own = ownRules(c);
  const everyones = await site.archive.highlightRules();
  const checked = await site.highlights.check([...own, ...everyones]);
  return await site.page(
    c,
    { title: "Highlights", section: "settings" },
    <View
      own={checked.slice(0, own.length)}
      everyones={checked.slice(own.length)}
      form={form}
      isManager={mayManage(c.get("access"))}
      sounds={c.get("view").sounds}
      skipped={site.highlights.skipped(own)}
    />,
    status,
  );
}
