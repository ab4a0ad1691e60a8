/** The most active users, and users whose name contains the query. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { User } from "../../src/archive/user.ts";
import { count } from "../../components/numbers.ts";
import { Ago, Day } from "../../components/time.tsx";
import { optional, readQuery, text as word } from "../../src/web/params.ts";
import { inTurn } from "../shared/in_turn.ts";
import { nameSearch } from "../shared/name_search.tsx";
import type { Env, Site } from "../site.tsx";

const LIMIT = 100;
const Query = z.object({ q: optional(word) });

export function list(site: Site): Handler<Env> {
  return (c) => answer(site, c, "/users");
}

/** The same list as one of the searches. */
export function search(site: Site): Handler<Env> {
  return (c) => answer(site, c, "/search/users");
}

async function answer(site: Site, c: Context<Env>, address: "/users" | "/search/users") {
  const { q = "" } = readQuery(c, Query);
  const text = q.trim().replace(/^@/, "");
  const find = () => site.archive.searchUsers(text, LIMIT);
  const users = text === "" ? await find() : await inTurn(site, c, find);
  const found = <Found users={users} q={q} now={site.now()} />;
  const tab = address === "/search/users" ? "users" : undefined;
  const title = q !== "" ? `People: ${q}` : tab ? "Search people" : "People";
  return await nameSearch(site, c, { title, q, address, label: "People", tab }, found);
}

function Found({ users, q, now }: { users: User[]; q: string; now: number }) {
  return (
    <div id="found">
      {users.length === 0
        ? <p class="empty">{q === "" ? "Nobody has written yet." : `No user name contains “${q}”.`}</p>
        : (
          <table class="list users">
            <caption class="sr-only">{q === "" ? "Those who write most" : "People found"}</caption>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col" class="number">Messages</th>
                <th scope="col" class="number wide">First seen</th>
                <th scope="col" class="number">Last seen</th>
              </tr>
            </thead>
            <tbody>{users.map((user) => <Row user={user} now={now} />)}</tbody>
          </table>
        )}
      {users.length === LIMIT && <p class="dim">Only the {LIMIT} with the most messages are shown.</p>}
    </div>
  );
}

function Row({ user, now }: { user: User; now: number }) {
  return (
    <tr>
      <th scope="row">
        <a href={`/users/${user.id}`}>{user.displayName}</a>
        {user.displayName.toLowerCase() !== user.login && <span class="login">{user.login}</span>}
      </th>
      <td class="number" data-of="messages">{count(user.messages)}</td>
      <td class="number wide">{user.firstAt !== undefined && <Day at={user.firstAt} />}</td>
      <td class="number">{user.lastAt !== undefined && <Ago at={user.lastAt} now={now} />}</td>
    </tr>
  );
}
