/** The retention of a channel. */
import type { Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { Retention } from "../../src/archive/maintenance.ts";
import { Field } from "../../components/form/field.tsx";
import { count, counted } from "../../components/numbers.ts";
import { formOf, pathId } from "../../src/web/params.ts";
import { noteObject } from "../access/audited.ts";
import { findChannel } from "../shared/find_channel.ts";
import type { Env, Site } from "../site.tsx";

export function ask(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const { days, messages } = channel.retention ?? {};
    return await page(site, c, channel, {
      days: { value: days === undefined ? "" : String(days) },
      messages: { value: messages === undefined ? "" : String(messages) },
    }, 200);
  };
}

export function change(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const form = await formOf(c);
    const days = readBound(form.days, MAX_DAYS);
    const messages = readBound(form.messages, MAX_MESSAGES);
    if (days.problem || messages.problem) return await page(site, c, channel, { days, messages }, 422);
    const retention = { days: days.bound, messages: messages.bound };
    noteObject(c, `${channel.login}: ${kept(retention) || "everything"}`);
    await site.recorder.setRetention(channel.id, retention);
    return c.redirect("/channels", 303);
  };
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

interface FormProps {
  days: Bound;
  messages: Bound;
}

async function page(
  site: Site,
  c: Parameters<Handler<Env>>[0],
  channel: Channel,
  form: FormProps,
  status: 200 | 422,
) {
  return await site.page(
    c,
    { title: `Retention of ${channel.login}`, section: "channels", channelId: channel.id },
    <Form {...form} channel={channel} />,
    status,
  );
}

function Form({ channel, days, messages }: FormProps & { channel: Channel }) {
  return (
    <form class="page narrow question" method="post" action={`/channels/${channel.id}/retention`}>
      <h1>Retention of {channel.login}</h1>
      <p>
        Every message is kept unless a limit is set here. The archive holds{" "}
        {counted(channel.messages, "message")}. Older messages are deleted permanently, now and from then on.
      </p>
      <Field
        name="days"
        label="Days to keep"
        hint="Empty keeps every day."
        value={days.value}
        problem={days.problem}
      />
      <Field
        name="messages"
        label="Messages to keep"
        hint="Empty keeps every message. If both are set, a message is deleted when either limit is exceeded."
        value={messages.value}
        problem={messages.problem}
      />
      <p class="row-of-buttons">
        <button class="button danger" type="submit">Save</button>
        <a class="button" href="/channels">Cancel</a>
      </p>
    </form>
  );
}
