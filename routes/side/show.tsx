/** Several channels side by side, each in a frame of its own: each follows, scrolls and pauses by itself. */
import type { Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import { Icon } from "../../components/icons.tsx";
import { channelField, loginIn } from "../shared/find_channel.ts";
import type { Env, Site } from "../site.tsx";

/** More are too narrow to read, and a browser holds three streams. */
const MAX_COLUMNS = 4;
/** Names of an address that are looked up. */
const MAX_NAMES = 12;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const all = (await site.channels(c)).map(({ channel }) => channel);
    const names = (c.req.queries("in") ?? []).slice(0, MAX_NAMES);
    const found = await site.archive.batch(
      ...names.map((name) => ["channelByLogin", loginIn(name)] as const),
    );
    const { channels, problem, typed } = choose(names, found);
    const title = channels.length > 0 ? channels.map(({ login }) => login).join(", ") : "Side by side";
    return await site.page(
      c,
      { title, section: "side", fill: true },
      <View channels={channels} all={all} problem={problem} typed={typed} />,
      problem === undefined ? 200 : 422,
    );
  };
}

interface Chosen {
  channels: Channel[];
  /** The problem of the last name that names no column. */
  problem?: string;
  typed?: string;
}

/** @param found the channels that the names have, in their order */
function choose(names: readonly string[], found: readonly (Channel | undefined)[]): Chosen {
  const chosen: Chosen = { channels: [] };
  for (const [i, name] of names.entries()) {
    const field = channelField(name, found[i]);
    if ("problem" in field) Object.assign(chosen, { problem: field.problem, typed: name });
    else if (chosen.channels.some(({ id }) => id === field.channel.id)) continue;
    else if (chosen.channels.length < MAX_COLUMNS) chosen.channels.push(field.channel);
    else {
      const problem = `There is room for ${MAX_COLUMNS} channels: remove one to see ${field.channel.login}.`;
      Object.assign(chosen, { problem, typed: field.channel.login });
    }
  }
  return chosen;
}

/** The address of the page with these channels. */
function sideAddress(channels: readonly Pick<Channel, "login">[]): string {
  return channels.length === 0
    ? "/side"
    : `/side?${new URLSearchParams(channels.map(({ login }) => ["in", login]))}`;
}

interface ViewProps extends Chosen {
  all: readonly Channel[];
}

function View({ channels, all, problem, typed }: ViewProps) {
  const others = all.filter((channel) => !channels.some(({ id }) => id === channel.id));
  return (
    <div class="side">
      <header class="view-head">
        <h1>Side by side</h1>
        {channels.length < MAX_COLUMNS && <Add channels={channels} others={others} typed={typed} />}
        {channels.length > 1 && (
          <a
            class="button small"
            href={`/search/follow?${new URLSearchParams({
              q: channels.map(({ login }) => `in:${login}`).join(" "),
            })}`}
          >
            In one list
          </a>
        )}
        {problem && <p class="problem" id="f-in-problem" role="alert">{problem}</p>}
      </header>
      {channels.length > 1 && (
        <nav class="side-tabs" aria-label="Columns">
          {channels.map(({ id, login }) => <a href={`#column-${id}`}>{login}</a>)}
        </nav>
      )}
      <div class="columns">
        {channels.map((channel) => (
          <Column
            channel={channel}
            without={sideAddress(channels.filter((other) => other !== channel))}
          />
        ))}
        {channels.length < 2 && <Choice channels={channels} others={others} />}
      </div>
    </div>
  );
}

/** A form that adds a column. Its problem is beside it. */
function Add({ channels, others, typed }: { channels: Channel[]; others: Channel[]; typed?: string }) {
  return (
    <form class="add-column" action="/side">
      {channels.map(({ login }) => <input type="hidden" name="in" value={login} />)}
      <label class="sr-only" for="f-in">Add a channel</label>
      <input
        id="f-in"
        name="in"
        type="text"
        value={typed}
        placeholder="Add a channel"
        list="other-channels"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={typed === undefined ? undefined : "true"}
        aria-describedby={typed === undefined ? undefined : "f-in-problem"}
      />
      <datalist id="other-channels">
        {others.map(({ login }) => <option value={login}></option>)}
      </datalist>
      <button class="button" type="submit">Add</button>
    </form>
  );
}

function Column({ channel: { id, login }, without }: { channel: Channel; without: string }) {
  return (
    <section class="column" id={`column-${id}`} aria-label={login}>
      <header>
        <h2>
          <a href={`/channels/${id}`}>{login}</a>
        </h2>
        <a class="card-close" href={without} aria-label={`Remove ${login}`} title="Remove">
          <Icon name="close" />
        </a>
      </header>
      {/* Phones show one column at a time: the others load when they are first shown. */}
      <iframe src={`/channels/${id}/column`} title={`Chat of ${login}`} loading="lazy"></iframe>
    </section>
  );
}

/** Recorded channels first. */
function Choice({ channels, others }: { channels: Channel[]; others: Channel[] }) {
  const inOrder = others.toSorted((a, b) => Number(b.enabled) - Number(a.enabled));
  return (
    <section class="column next-column" aria-labelledby="next-column">
      <h2 id="next-column">{channels.length === 0 ? "Which channel first?" : "Which channel beside it?"}</h2>
      {others.length === 0 ? <p class="empty">There is no other channel.</p> : (
        <ul>
          {inOrder.map((channel) => (
            <li>
              <a href={sideAddress([...channels, channel])}>{channel.login}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
