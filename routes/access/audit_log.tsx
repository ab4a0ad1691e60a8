/** The audit log, newest first. */
import type { Handler } from "hono";
import { z } from "zod";
import { Moment } from "../../components/time.tsx";
import type { StoredAuditEntry } from "../../src/archive/access/audit.ts";
import { id, optional, readQuery } from "../../src/web/params.ts";
import type { Env, Site } from "../site.tsx";

const PAGE = 100;
const Query = z.object({ before_id: optional(id) });

const WHO: Record<StoredAuditEntry["by"], string> = {
  session: "logged in",
  loopback: "on this machine",
  token: "token",
  command: "command",
};

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { before_id: before } = readQuery(c, Query);
    const found = await site.archive.auditLog(PAGE + 1, before);
    const entries = found.slice(0, PAGE);
    const older = found.length > PAGE ? entries.at(-1)!.id : undefined;
    return await site.page(
      c,
      { title: "Audit log", section: "settings" },
      <div class="page">
        <h1>Audit log</h1>
        <p class="dim">Every change of channels, tokens, opt-outs and saved searches, and every login.</p>
        {entries.length === 0
          ? <p class="empty">There are no entries{before && " before these"}.</p>
          : <Entries entries={entries} />}
        {older !== undefined && (
          <p>
            <a href={`/audit?before_id=${older}`}>Earlier entries</a>
          </p>
        )}
      </div>,
    );
  };
}

function Entries({ entries }: { entries: readonly StoredAuditEntry[] }) {
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Result</th>
        </tr>
      </thead>
      <tbody>{entries.map((entry) => <Row {...entry} />)}</tbody>
    </table>
  );
}

function Row({ at, by, token, address, action, object, result }: StoredAuditEntry) {
  return (
    <tr>
      <td>
        <Moment at={at} seconds />
      </td>
      <td>
        {WHO[by]}
        {token !== undefined && ` ${token}`}
        {address !== "" && <span class="note">{address}</span>}
      </td>
      <td>
        {action}
        <span class="note">{object}</span>
      </td>
      <td>{result}</td>
    </tr>
  );
}
