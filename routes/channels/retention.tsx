/**
 * The retention of a channel: a form, on a page of its own and among the settings, with the number of messages that
 * it would delete.
 */
import type { Context, Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { Retention } from "../../src/archive/maintenance.ts";
import { DAY_MS } from "../../src/clock.ts";
import { Field } from "../../components/form/field.tsx";
import { bytes, count, counted } from "../../components/numbers.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { formOf, pathId } from "../../src/web/params.ts";
import { noteObject } from "../access/audited.ts";
import { findChannel } from "../shared/find_channel.ts";
import type { Env, Site } from "../site.tsx";

/** The page of the form; with the fields in the address, also the number of messages that they would delete. */
export function ask(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const asked = c.req.query();
    // Empty fields are left out of addresses.
    const isAsked = wantsFragment(c) || "days" in asked || "messages" in asked;
    const form = isAsked ? readForm(asked) : formOfRetention(channel.retention);
    const outcome = isValid(form) ? await outcomeOf(site, channel, form) : undefined;
    if (wantsFragment(c)) return c.html(<OutcomeWords channel={channel} outcome={outcome} />);
    return await page(site, c, { channel, form, outcome, back: asked.back }, 200);
  };
}

export function change(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const fields = await formOf(c);
    const form = readForm(fields);
    const back = fields.back === SETTINGS ? SETTINGS : undefined;
    if (!isValid(form)) return await page(site, c, { channel, form, back }, 422);
    const retention = { days: form.days.bound, messages: form.messages.bound };
    noteObject(c, `${channel.login}: ${kept(retention) || "everything"}`);
    await site.recorder.change({ kind: "set retention", channelId: channel.id, retention });
    return c.redirect(back ?? "/channels", 303);
  };
}

/** The value of `back` that leads there after a change. */
const SETTINGS = "/settings";

interface RetentionForm {
  days: Bound;
  messages: Bound;
}

function formOfRetention({ days, messages }: Retention = {}): RetentionForm {
  const boundOf = (bound: number | undefined) => ({ value: bound === undefined ? "" : String(bound), bound });
  return { days: boundOf(days), messages: boundOf(messages) };
}

function readForm({ days, messages }: Record<string, unknown>): RetentionForm {
  return { days: readBound(days, MAX_DAYS), messages: readBound(messages, MAX_MESSAGES) };
}

function isValid({ days, messages }: RetentionForm): boolean {
  return days.problem === undefined && messages.problem === undefined;
}

/** The number of messages that a retention deletes at once. */
interface Outcome {
  /** Undefined if the index cannot count them. */
  messages: number | undefined;
  bytesEach: number;
}

async function outcomeOf(site: Site, channel: Channel, { days, messages }: RetentionForm): Promise<Outcome> {
  const tooMany = Math.max(0, channel.messages - (messages.bound ?? Infinity));
  const before = days.bound === undefined ? 0 : Math.max(0, site.now() - days.bound * DAY_MS);
  const [old, totals] = await site.archive.batch(
    ["histogram", { channelId: channel.id, to: before }, 1],
    ["totals"],
  );
  const bytesEach = totals.messages > 0 ? totals.bytes / totals.messages : 0;
  // Both delete the oldest ones.
  return { messages: old && Math.max(old.messages, tooMany), bytesEach };
}

/** A hundred years. */
const MAX_DAYS = 36_500;
const MAX_MESSAGES = 1_000_000_000_000;

interface Bound {
  /** As typed. */
  value: string;
  bound?: number;
  problem?: string;
}

/** An empty field means no limit. */
function readBound(field: unknown, max: number): Bound {
  const value = typeof field === "string" ? field.trim() : "";
  if (value === "") return { value };
  const bound = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (bound >= 1 && bound <= max) return { value, bound };
  return { value, problem: `Enter a whole number from 1 to ${count(max)}, or leave it empty.` };
}

/** “30 days”, “30 days and 1,000 messages”. */
export function kept({ days, messages }: Retention): string {
  const bounds = [];
  if (days !== undefined) bounds.push(counted(days, "day"));
  if (messages !== undefined) bounds.push(counted(messages, "message"));
  return bounds.join(" and ");
}

interface PageProps {
  channel: Channel;
  form: RetentionForm;
  outcome?: Outcome;
  /** The address that a change leads to. */
  back?: string;
}

async function page(site: Site, c: Context<Env>, props: PageProps, status: 200 | 422) {
  const { channel } = props;
  return await site.page(
    c,
    { title: `Retention of ${channel.login}`, section: "channels", channelId: channel.id },
    <div class="page narrow question">
      <h1>Retention of {channel.login}</h1>
      <p>
        Every message is kept unless a limit is set here. The archive holds{" "}
        {counted(channel.messages, "message")}. Older messages are deleted permanently, now and from then on.
      </p>
      <Fields {...props} />
    </div>,
    status,
  );
}

/** The form of a channel in a list: its retention, which opens the fields. */
export function RetentionOf({ channel }: { channel: Channel }) {
  return (
    <details class="retention">
      <summary>
        {channel.retention ? kept(channel.retention) : "everything"}{" "}
        <span class="sr-only">of {channel.login}: change</span>
      </summary>
      <Fields channel={channel} form={formOfRetention(channel.retention)} back={SETTINGS} />
    </details>
  );
}

function Fields({ channel, form, outcome, back }: PageProps) {
  const address = `/channels/${channel.id}/retention`;
  return (
    <form
      method="post"
      action={address}
      hx-get={address}
      hx-trigger="input delay:300ms"
      hx-target={`#outcome-${channel.id}`}
      hx-swap="outerHTML"
      hx-sync="this:replace"
    >
      {back === SETTINGS && <input type="hidden" name="back" value={back} />}
      <Field
        name="days"
        value={form.days.value}
        problem={form.days.problem}
        idSuffix={`-${channel.id}`}
        label="Days to keep"
        hint="Empty keeps every day."
      />
      <Field
        name="messages"
        value={form.messages.value}
        problem={form.messages.problem}
        idSuffix={`-${channel.id}`}
        label="Messages to keep"
        hint="Empty keeps every message. If both are set, a message is deleted when either limit is exceeded."
      />
      <OutcomeWords channel={channel} outcome={outcome} />
      <p class="row-of-buttons">
        <button class="button danger" type="submit">Save</button>
        <noscript>
          <button class="button" type="submit" formmethod="get">Show what that deletes</button>
        </noscript>
        <a class="button" href={back === SETTINGS ? back : "/channels"}>Cancel</a>
      </p>
    </form>
  );
}

function OutcomeWords({ channel, outcome }: Pick<PageProps, "channel" | "outcome">) {
  return (
    <p id={`outcome-${channel.id}`} class="note" role="status">
      {outcome && outcomeWords(outcome)}
    </p>
  );
}

function outcomeWords({ messages, bytesEach }: Outcome): string {
  if (messages === undefined) return "How many messages that deletes now is not known.";
  if (messages === 0) return "That deletes nothing now.";
  return `That deletes the oldest ${counted(messages, "message")} now, about ${bytes(messages * bytesEach)}.`;
}
