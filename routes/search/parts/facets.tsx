/** The facets of a search: channels, people, kinds and emotes of its matches. */
import type { Context, Handler } from "hono";
import { type Facet, Facets } from "../../../components/facets.tsx";
import { count } from "../../../components/numbers.ts";
import type { Facets as Counts } from "../../../src/archive/timeline.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Search } from "../../../src/search/language/tree.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { addressOf, type Operator, operator } from "../query/fields.ts";
import { part } from "./part.tsx";
import type { Env, Site } from "../../site.tsx";

export function show(site: Site): Handler<Env> {
  return part(site, "In common", async (c, { search, query }) => {
    const counts = await inTurn(site, c, () => site.archive.facets(query));
    return <Found search={search} counts={counts} logins={await loginsOf(site, c)} />;
  });
}

/** The placeholder of a part that loads by itself. Without script, a link to it. */
export function FacetsSlot({ search }: { search: Search }) {
  const address = `/search/messages/facets?${new URLSearchParams({ q: printSearch(search) })}`;
  return (
    <aside
      id="facets"
      class="waiting"
      aria-label="In common"
      hx-get={address}
      hx-trigger="load"
      hx-swap="outerHTML"
    >
      <a href={address}>Channels, people and kinds</a>
    </aside>
  );
}

async function loginsOf(site: Site, c: Context<Env>): Promise<Map<number, string>> {
  return new Map((await site.channels(c)).map(({ channel }) => [channel.id, channel.login]));
}

interface FoundProps {
  search: Search;
  /** Undefined if the index cannot be used. */
  counts: Counts | undefined;
  /** Of channels, by id. */
  logins: ReadonlyMap<number, string>;
}

function Found({ search, counts, logins }: FoundProps) {
  if (!counts || counts.messages === 0) return <aside id="facets" hidden></aside>;
  const { channels, users, facts, emotes, messages, isAll } = counts;
  const entry = (part: Operator, text: string, messages: number) => ({
    text,
    value: count(messages),
    ...toggled(search, part),
  });
  const facets: Facet[] = [
    {
      title: "Channels",
      entries: channels.flatMap(([id, messages]) => {
        const login = logins.get(id);
        return login === undefined ? [] : [entry(operator("in", login), login, messages)];
      }),
    },
    {
      title: "People",
      entries: users.map(({ login, displayName, messages }) =>
        entry(operator("from", login), displayName, messages)
      ),
    },
    {
      title: "Kinds",
      entries: facts.map(({ operator: name, value, messages }) =>
        entry(operator(name, value), name === "has" ? `with ${value}` : value, messages)
      ),
    },
    {
      title: "Emotes",
      entries: emotes.map(([name, messages]) => entry(operator("emote", name), name, messages)),
    },
  ];
  return (
    <aside id="facets" aria-label="In common">
      <details>
        <summary>Channels, people and kinds</summary>
        <p class="dim">{isAll ? "Of all matches" : `Of the newest ${count(messages)} matches`}</p>
        <Facets facets={facets} />
      </details>
    </aside>
  );
}

/** The search with the part, or without it if it has it. */
function toggled(search: Search, part: Operator): { address: string; isOn: boolean } {
  const text = printSearch([part]).toLowerCase();
  const isSame = (other: Search[number]) => [text, `(${text})`].includes(printSearch([other]).toLowerCase());
  if (search.some(isSame)) {
    return {
      isOn: true,
      address: addressOf(search.filter((other) => !isSame(other))),
    };
  }
  // Beside one of its name, the part would be an alternative; a group must hold, too.
  const isAlternative = search.some((other) => other.kind === "operator" && other.name === part.name);
  const added: Search[number] = isAlternative ? { kind: "all", of: [part] } : part;
  return { isOn: false, address: addressOf([...search, added]) };
}
