/** `token create|list|revoke`: manages the tokens of the API, also while Scrollback runs. */
import type { AccessBeside } from "../archive/sqlite/access/beside.ts";
import { NAME_RULE, parseName } from "../archive/saved/name.ts";
import { MAX_TOKENS, type Scope } from "../archive/access/token.ts";
import type { Config } from "../config.ts";
import { makeToken } from "../web/access/token.ts";
import { reportFailure } from "./support/failure.ts";
import { withAccess } from "./support/change_access.ts";

const TOKEN_ACTIONS = ["create", "list", "revoke"] as const;

export interface TokenOptions {
  action: typeof TOKEN_ACTIONS[number];
  /** Of the token; for `create` and `revoke`. */
  name?: string;
  /** Of a new token. */
  scopes: readonly Scope[];
  /** Days until a new token expires; missing = never. */
  days?: number;
}

/** Returns the exit status: 0 on success, otherwise 1. A new token is the only line on stdout. */
export async function tokenCommand(config: Config, options: TokenOptions): Promise<number> {
  try {
    return await withAccess(config, "token", (access) => {
      const problem = run(access, options);
      if (problem !== undefined) console.error(problem);
      return problem === undefined ? 0 : 1;
    });
  } catch (error) {
    reportFailure("Cannot manage the tokens", error);
    return 1;
  }
}

/** Returns what is wrong. */
function run(access: AccessBeside, { action, name: text, ...wishes }: TokenOptions): string | undefined {
  if (action === "list") return list(access);
  const name = parseName(text ?? "");
  if (name === undefined) return `“${(text ?? "").slice(0, 60)}” is not a name. ${NAME_RULE}`;
  return action === "create" ? create(access, { name, ...wishes }) : revoke(access, name);
}

function list(access: AccessBeside): undefined {
  const tokens = access.tokens();
  for (const { name, start, scopes, createdAt, lastUsedAt, expiresAt } of tokens) {
    const used = lastUsedAt === undefined ? "never used" : `used ${timeOf(lastUsedAt)}`;
    const expires = expiresAt === undefined ? "never expires" : `expires ${timeOf(expiresAt)}`;
    console.log(
      [name, `${start}…`, scopes.join(","), `created ${timeOf(createdAt)}`, used, expires].join("\t"),
    );
  }
  console.error(tokens.length === 1 ? "1 token." : `${tokens.length} tokens.`);
}

function create(
  access: AccessBeside,
  wishes: { name: string; scopes: readonly Scope[]; days?: number },
): string | undefined {
  if (wishes.scopes.length === 0) return "A token needs at least one --scope: read, export or manage.";
  const now = Date.now();
  const { text, token } = makeToken(wishes, now);
  const outcome = access.change(
    { kind: "create token", token },
    `${token.name} (${token.scopes.join(", ")})`,
    now,
  );
  if (outcome === "exists") {
    return `There is a token “${wishes.name}” already. Revoke it, or choose another name.`;
  }
  if (outcome === "full") return `There are ${MAX_TOKENS} tokens. Revoke one first.`;
  console.error(`Token “${token.name}” (${token.scopes.join(", ")}). It is shown only once:`);
  console.log(text);
}

function revoke(access: AccessBeside, name: string): string | undefined {
  if (access.change({ kind: "revoke token", name }, name, Date.now()) !== "done") {
    return `There is no token “${name}”.`;
  }
  console.error(`Token “${name}” is revoked. A running Scrollback refuses it within seconds.`);
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
