/** Tokens: the list, making one, which shows it once, and revoking. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { Field } from "../../components/form/field.tsx";
import { Ago, Moment } from "../../components/time.tsx";
import { NAME_RULE, parseName } from "../../src/archive/saved/name.ts";
import { MAX_TOKENS, type Scope, SCOPES, type Token } from "../../src/archive/access/token.ts";
import { DAYS_RULE, makeToken, parseDays } from "../../src/web/access/token.ts";
import { Failure } from "../../src/web/failure.ts";
import { optional, readForm, text } from "../../src/web/params.ts";
import { noteObject } from "./audited.ts";
import type { Env, Site } from "../site.tsx";

const SCOPE_WORDS: Record<Scope, string> = {
  read: "Read pages, live streams, feeds and the API, where reading is not open.",
  export: "Read, and download all matches of a search as a file.",
  manage: "Add, disable and delete channels, and change everything else but tokens.",
};

const checkbox = optional(z.literal("on"));
const Wanted = z.object({ name: text, days: text, read: checkbox, export: checkbox, manage: checkbox });
const Revoked = z.object({ revoke: z.literal("1") });

export function list(site: Site): Handler<Env> {
  return async (c) => await page(site, c, { name: "", days: "90", scopes: ["read"] }, 200);
}

export function create(site: Site): Handler<Env> {
  return async (c) => {
    const wanted = await readForm(c, Wanted);
    const form = { ...wanted, scopes: SCOPES.filter((scope) => wanted[scope]) };
    const name = parseName(wanted.name);
    const expiry = parseDays(wanted.days);
    if (name === undefined || !expiry || form.scopes.length === 0) {
      const problems = {
        nameProblem: name === undefined ? NAME_RULE : undefined,
        daysProblem: expiry ? undefined : DAYS_RULE,
        scopesProblem: form.scopes.length === 0 ? "Choose at least one." : undefined,
      };
      return await page(site, c, { ...form, ...problems }, 422);
    }
    noteObject(c, `${name} (${form.scopes.join(", ")})`);
    const { text, token } = makeToken({ name, scopes: form.scopes, ...expiry }, site.now());
    const outcome = await site.recorder.change({ kind: "create token", token });
    if (outcome === "exists") {
      return await page(site, c, { ...form, nameProblem: `There is a token “${name}” already.` }, 422);
    }
    if (outcome === "full") {
      return await page(
        site,
        c,
        { ...form, nameProblem: `There are ${MAX_TOKENS} tokens. Revoke one first.` },
        422,
      );
    }
    site.tokens.forget();
    return await site.page(c, { title: "Token", section: "settings" }, <Created text={text} {...token} />);
  };
}

export function revoke(site: Site): Handler<Env> {
  return async (c) => {
    await readForm(c, Revoked);
    const name = c.req.param("name") ?? "";
    noteObject(c, name);
    const outcome = await site.recorder.change({ kind: "revoke token", name });
    site.tokens.forget();
    if (outcome !== "done") throw new Failure("missing", `There is no token “${name.slice(0, 60)}”.`);
    return c.redirect("/tokens", 303);
  };
}

interface FormProps {
  name: string;
  days: string;
  scopes: readonly Scope[];
  nameProblem?: string;
  daysProblem?: string;
  scopesProblem?: string;
}

async function page(site: Site, c: Context<Env>, form: FormProps, status: 200 | 422): Promise<Response> {
  const tokens = await site.archive.tokens();
  return await site.page(
    c,
    { title: "Tokens", section: "settings" },
    <div class="page">
      <h1>Tokens</h1>
      <p class="dim">
        Programs send a token as <code>Authorization: Bearer …</code> or{" "}
        <code>X-Api-Key: …</code>. The archive keeps only its SHA-256.
      </p>
      <List tokens={tokens} now={site.now()} />
      <Form {...form} />
    </div>,
    status,
  );
}

function List({ tokens, now }: { tokens: readonly Token[]; now: number }) {
  if (tokens.length === 0) return <p class="empty">There are no tokens yet.</p>;
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col">Scopes</th>
          <th scope="col" class="wide">Created</th>
          <th scope="col" class="wide">Last use</th>
          <th scope="col">Expires</th>
          <th scope="col">
            <span class="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>{tokens.map((token) => <Row {...token} now={now} />)}</tbody>
    </table>
  );
}

function Row({ name, start, scopes, createdAt, lastUsedAt, expiresAt, now }: Token & { now: number }) {
  return (
    <tr>
      <th scope="row">
        {name}
        <span class="note">{start}…</span>
      </th>
      <td>{scopes.join(", ")}</td>
      <td class="wide">
        <Moment at={createdAt} />
      </td>
      <td class="wide">{lastUsedAt === undefined ? "never" : <Ago at={lastUsedAt} now={now} />}</td>
      <td>
        {expiresAt === undefined
          ? "never"
          : expiresAt <= now
          ? <strong class="problem">expired</strong>
          : <Moment at={expiresAt} />}
      </td>
      <td class="actions">
        <form method="post" action={`/tokens/${encodeURIComponent(name)}`}>
          <input type="hidden" name="revoke" value="1" />
          <button class="button small" type="submit" aria-label={`Revoke ${name}`}>Revoke</button>
        </form>
      </td>
    </tr>
  );
}

function Form({ name, days, scopes, nameProblem, daysProblem, scopesProblem }: FormProps) {
  return (
    <form class="question narrow" method="post" action="/tokens">
      <h2>New token</h2>
      <Field name="name" label="Name" hint="What uses it." value={name} problem={nameProblem} required />
      <fieldset aria-describedby={scopesProblem ? "scopes-problem" : undefined}>
        <legend>What it may do</legend>
        {SCOPES.map((scope) => (
          <label class="choice">
            <input type="checkbox" name={scope} value="on" checked={scopes.includes(scope)} />
            <span>
              <strong>{scope}</strong>
              {SCOPE_WORDS[scope]}
            </span>
          </label>
        ))}
        {scopesProblem && <div class="problem" id="scopes-problem">{scopesProblem}</div>}
      </fieldset>
      <Field
        name="days"
        label="Days until it expires"
        hint="Empty: it never does."
        value={days}
        problem={daysProblem}
      />
      <p class="row-of-buttons">
        <button class="button primary" type="submit">Create the token</button>
      </p>
    </form>
  );
}

function Created({ text, name, scopes }: Token & { text: string }) {
  return (
    <div class="page narrow">
      <h1>{name}</h1>
      <p>Copy the token now: it is shown only once. It may {scopes.join(", ")}.</p>
      <p>
        <code class="token">{text}</code>
      </p>
      <p>
        <a href="/tokens">All tokens</a>
      </p>
    </div>
  );
}
