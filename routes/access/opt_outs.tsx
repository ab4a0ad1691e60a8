/** Opt-outs: the list, opting a channel or a user out, and ending that; as a page, and for bots. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { Field } from "../../components/form/field.tsx";
import { Moment } from "../../components/time.tsx";
import type { OptOut, OptOutSubject } from "../../src/archive/access/opt_out.ts";
import { describeOptOut, findOptOutSubject } from "../../src/find/opt_out_subject.ts";
import { parseId } from "../../src/chat/ids.ts";
import { Failure } from "../../src/web/failure.ts";
import { readForm, readJson, text } from "../../src/web/params.ts";
import { listOfNames } from "./admin_channels.ts";
import { noteObject } from "./audited.ts";
import type { Env, Site } from "../site.tsx";

const KINDS = ["channel", "user"] as const;
const STORED = ["hidden", "deleted"] as const;

const Wanted = z.object({ kind: z.enum(KINDS), name: text, stored: z.enum(STORED) });
const Ended = z.object({ kind: z.enum(KINDS), id: text, login: text });

/** Names in one request. */
const MOST = 200;
const names = listOfNames(MOST).default([]);
const Body = z.object({ channels: names, users: names, stored: z.enum(STORED).default("hidden") });

export function list(site: Site): Handler<Env> {
  return async (c) => await page(site, c, { kind: "user", name: "", stored: "hidden" }, 200);
}

export function add(site: Site): Handler<Env> {
  return async (c) => {
    const form = await readForm(c, Wanted);
    const subject = await findOptOutSubject(site.everything, form.kind, form.name);
    if (!subject) {
      return await page(site, c, { ...form, problem: "Enter a login, a display name or a Twitch id." }, 422);
    }
    noteObject(c, `${describeOptOut(subject)}, stored messages: ${form.stored}`);
    await optOut(site, [subject], form.stored);
    return c.redirect("/opt-outs", 303);
  };
}

export function end(site: Site): Handler<Env> {
  return async (c) => {
    const { kind, id, login } = await readForm(c, Ended);
    const subject = { kind, twitchId: parseId(id) || undefined, login: login || undefined };
    noteObject(c, describeOptOut(subject));
    await endOptOuts(site, [subject]);
    return c.redirect("/opt-outs", 303);
  };
}

/** `{"channels":["22484632"],"users":["ann"],"stored":"deleted"}`: opts out all of them, or none. */
export function addAll(site: Site): Handler<Env> {
  return async (c) => {
    const { subjects, stored } = await readBody(site, c);
    await optOut(site, subjects, stored);
    return c.body(null, 200);
  };
}

/** `{"channels":["22484632"],"users":["ann"]}`: ends the opt-outs of all of them, or of none. */
export function endAll(site: Site): Handler<Env> {
  return async (c) => {
    const { subjects } = await readBody(site, c);
    const optOuts = site.recorder.optOuts();
    const unknown = subjects.filter((subject) => !optOuts.has(subject.kind, subject));
    if (unknown.length > 0) {
      throw new Failure("missing", `Not opted out: ${unknown.map(describeOptOut).join(", ")}.`);
    }
    await endOptOuts(site, subjects);
    return c.body(null, 200);
  };
}

async function readBody(site: Site, c: Context<Env>) {
  const { channels, users, stored } = await readJson(c, Body);
  noteObject(
    c,
    [...channels.map((name) => `channel ${name}`), ...users.map((name) => `user ${name}`)].join(", "),
  );
  const wanted = [
    ...channels.map((name) => ["channel", name] as const),
    ...users.map((name) => ["user", name] as const),
  ];
  if (wanted.length === 0) throw new Failure("invalid", "Name at least one of channels or users.");
  const subjects: OptOutSubject[] = [];
  for (const [kind, name] of wanted) {
    const subject = await findOptOutSubject(site.everything, kind, name);
    if (!subject) throw new Failure("invalid", `“${name.slice(0, 60)}” is neither a login nor a Twitch id.`);
    subjects.push(subject);
  }
  return { subjects, stored };
}

async function optOut(
  site: Site,
  subjects: readonly OptOutSubject[],
  stored: OptOut["stored"],
): Promise<void> {
  for (const subject of subjects) {
    await site.recorder.change({ kind: "opt out", optOut: { ...subject, at: site.now(), stored } });
  }
}

async function endOptOuts(site: Site, subjects: readonly OptOutSubject[]): Promise<void> {
  for (const subject of subjects) await site.recorder.change({ kind: "end opt-out", subject });
}

interface FormProps {
  kind: OptOut["kind"];
  name: string;
  stored: OptOut["stored"];
  problem?: string;
}

async function page(site: Site, c: Context<Env>, form: FormProps, status: 200 | 422): Promise<Response> {
  const optOuts = await site.archive.optOuts();
  return await site.page(
    c,
    { title: "Opt-outs", section: "settings" },
    <div class="page">
      <h1>Opt-outs</h1>
      <p class="dim">
        Messages of these users, and of these channels, are not recorded, and nobody sees earlier ones.
      </p>
      {optOuts.length === 0 ? <p class="empty">Nobody has opted out.</p> : <List optOuts={optOuts} />}
      <OptOutForm {...form} />
    </div>,
    status,
  );
}

function List({ optOuts }: { optOuts: readonly OptOut[] }) {
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col" class="wide">Since</th>
          <th scope="col">Earlier messages</th>
          <th scope="col">
            <span class="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>{optOuts.map((optOut) => <Row {...optOut} />)}</tbody>
    </table>
  );
}

function Row(optOut: OptOut) {
  const { kind, twitchId, login, at, stored } = optOut;
  return (
    <tr>
      <th scope="row">
        {login ?? twitchId}
        <span class="note">{kind}{twitchId !== undefined && ` ${twitchId}`}</span>
      </th>
      <td class="wide">
        <Moment at={at} />
      </td>
      <td>{stored}</td>
      <td class="actions">
        <form method="post" action="/opt-outs/end">
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="id" value={String(twitchId ?? "")} />
          <input type="hidden" name="login" value={login ?? ""} />
          <button
            class="button small"
            type="submit"
            aria-label={`End the opt-out of ${describeOptOut(optOut)}`}
          >
            End
          </button>
        </form>
      </td>
    </tr>
  );
}

function OptOutForm({ kind, name, stored, problem }: FormProps) {
  const choices = [
    ["kind", "user", kind, "A user", "Their messages in every channel."],
    ["kind", "channel", kind, "A channel", "Recording of it ends."],
  ] as const;
  const fates = [
    ["stored", "hidden", stored, "Hide earlier messages", "They come back when the opt-out ends."],
    ["stored", "deleted", stored, "Delete earlier messages", "They are deleted permanently."],
  ] as const;
  return (
    <form class="question narrow" method="post" action="/opt-outs">
      <h2>Opt out</h2>
      <fieldset>
        <legend>What opts out</legend>
        {choices.map((choice) => <Choice of={choice} />)}
      </fieldset>
      <Field
        name="name"
        label="Name"
        hint="A login, a user's display name, or a Twitch id. A login of digits begins with @."
        value={name}
        problem={problem}
        required
      />
      <fieldset>
        <legend>What becomes of earlier messages</legend>
        {fates.map((choice) => <Choice of={choice} />)}
      </fieldset>
      <p class="row-of-buttons">
        <button class="button danger" type="submit">Opt out</button>
      </p>
    </form>
  );
}

function Choice(
  { of }: { of: readonly [name: string, value: string, chosen: string, title: string, words: string] },
) {
  const [name, value, chosen, title, words] = of;
  return (
    <label class="choice">
      <input type="radio" name={name} value={value} checked={value === chosen} />
      <span>
        <strong>{title}</strong>
        {words}
      </span>
    </label>
  );
}
