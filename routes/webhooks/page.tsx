/** The webhooks of a saved search: a list with their state, adding and deleting. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { Field } from "../../components/form/field.tsx";
import { counted } from "../../components/numbers.ts";
import { Moment } from "../../components/time.tsx";
import type { SavedSearch } from "../../src/archive/saved/saved_search.ts";
import { MAX_WEBHOOKS, type Webhook } from "../../src/archive/saved/webhook.ts";
import { firstIdAt } from "../../src/chat/ids.ts";
import { Failure } from "../../src/web/failure.ts";
import { pathId, readForm } from "../../src/web/params.ts";
import { urlProblem } from "../../src/webhooks/hosts.ts";
import type { WebhookSender, WebhookStatus } from "../../src/webhooks/sender.ts";
import { newSecret } from "../../src/webhooks/signature.ts";
import { noteObject } from "../access/audited.ts";
import type { Env, Site } from "../site.tsx";

const Added = z.object({ url: z.string().max(2_000) });
const Deleted = z.object({ delete: z.literal("1") });

export function list(site: Site, sender: WebhookSender): Handler<Env> {
  return async (c) => await page(site, sender, c, { url: "" }, 200);
}

export function add(site: Site, sender: WebhookSender): Handler<Env> {
  return async (c) => {
    const url = (await readForm(c, Added)).url.trim();
    const { saved, all } = await find(site, c);
    const problem = urlProblem(url, site.config.webhookHosts ?? []) ??
      (all.length >= MAX_WEBHOOKS
        ? `There are ${MAX_WEBHOOKS} webhooks already, which is the maximum.`
        : undefined);
    if (problem) return await page(site, sender, c, { url, problem }, 422);
    const now = site.now();
    noteObject(c, `${saved.name}: ${url}`);
    const webhook = {
      search: saved.name,
      url: new URL(url).href,
      secret: newSecret(),
      createdAt: now,
      // Only later messages are sent.
      sentTo: firstIdAt(now) - 1,
    };
    await site.recorder.change({ kind: "add webhook", webhook });
    await sender.refresh();
    return c.redirect(addressOf(saved), 303);
  };
}

export function remove(site: Site, sender: WebhookSender): Handler<Env> {
  return async (c) => {
    await readForm(c, Deleted);
    const { saved, own } = await find(site, c);
    const id = pathId(c);
    if (!own.some((webhook) => webhook.id === id)) {
      throw new Failure("missing", `There is no webhook ${id} of this search.`);
    }
    noteObject(c, `${saved.name}: ${own.find((webhook) => webhook.id === id)!.url}`);
    sender.remove(id);
    await site.recorder.change({ kind: "delete webhook", id });
    return c.redirect(addressOf(saved), 303);
  };
}

/** The address of the webhooks of a saved search. */
function addressOf({ name }: Pick<SavedSearch, "name">): string {
  return `/searches/${encodeURIComponent(name)}/webhooks`;
}

async function find(site: Site, c: Context<Env>) {
  const name = c.req.param("name");
  const [searches, all] = await site.archive.batch(["savedSearches"], ["webhooks"]);
  const saved = searches.find((each) => each.name === name);
  if (!saved) throw new Failure("missing", `There is no saved search “${String(name).slice(0, 60)}”.`);
  return { saved, all, own: all.filter(({ search }) => search === saved.name) };
}

interface FormProps {
  url: string;
  problem?: string;
}

async function page(site: Site, sender: WebhookSender, c: Context<Env>, form: FormProps, status: 200 | 422) {
  const { saved, own } = await find(site, c);
  const webhooks = own.map((webhook) => ({ ...webhook, ...sender.status(webhook.id) }));
  return await site.page(
    c,
    { title: `Webhooks of ${saved.name}`, section: "search" },
    <View saved={saved} webhooks={webhooks} form={form} hosts={site.config.webhookHosts ?? []} />,
    status,
  );
}

interface ViewProps {
  saved: SavedSearch;
  webhooks: readonly (Webhook & WebhookStatus)[];
  form: FormProps;
  hosts: readonly string[];
}

function View({ saved, webhooks, form, hosts }: ViewProps) {
  return (
    <div class="page narrow">
      <h1>Webhooks of “{saved.name}”</h1>
      <p class="dim">
        New messages that match <code>{saved.search}</code>{" "}
        are sent to these addresses as JSON, signed with their keys.{" "}
        <a href="/searches">All saved searches</a>
      </p>
      {webhooks.length === 0 ? <p class="empty">Nothing is sent yet.</p> : (
        <ul class="webhooks">
          {webhooks.map((webhook) => <Row webhook={webhook} />)}
        </ul>
      )}
      {hosts.length === 0
        ? (
          <p class="note">
            To send to a server, name its host in the setting <code>WEBHOOK_HOSTS</code>{" "}
            and restart Scrollback.
          </p>
        )
        : (
          <form method="post" action={addressOf(saved)}>
            <Field
              name="url"
              label="Address"
              value={form.url}
              problem={form.problem}
              placeholder={`https://${hosts[0]!.replace(/:443$/, "")}/…`}
              hint={`Hosts that the settings allow: ${hosts.join(", ")}`}
              required
            />
            <button class="button primary" type="submit">Add</button>
          </form>
        )}
    </div>
  );
}

function Row({ webhook }: { webhook: Webhook & WebhookStatus }) {
  const { id, search, url, secret, sentAt, messages, failure } = webhook;
  return (
    <li class="panel-section">
      <p>
        <code>{url}</code>
      </p>
      <p class={failure ? "wrong" : "dim"}>
        {failure
          ? <>Not sent, will be tried again: {failure}</>
          : sentAt === undefined
          ? "Nothing was sent since the start"
          : (
            <>
              {counted(messages, "message")} sent since the start, the last one <Moment at={sentAt} />
            </>
          )}
      </p>
      <details>
        <summary>Key of the signatures</summary>
        <code class="secret">{secret}</code>
      </details>
      <form method="post" action={`${addressOf({ name: search })}/${id}`}>
        <input type="hidden" name="delete" value="1" />
        <button class="button small" type="submit" aria-label={`Delete the webhook to ${url}`}>Delete</button>
      </form>
    </li>
  );
}
