import assert from "node:assert/strict";
import { posix } from "node:path";
import { root, sources } from "./support/sources.ts";

/** What each part may import beside itself and packages; `type X` = only types of X. */
const LAYERS: Record<string, readonly string[]> = {
  chat: [],
  irc: ["chat"],
  archive: ["chat", "migrations"],
  live: ["chat", "type archive", "type collector"],
  web: ["chat", "clock"],
  collector: ["irc", "archive", "chat", "log", "clock"],
  components: ["chat"],
  routes: [
    "components",
    "web",
    "chat",
    "type archive",
    "type live",
    "type collector",
    "type clock",
  ],
};

/** The parts that wire, and what stands beside every part. */
const WIRING = ["main.ts", "commands", "demo", "launch", "config", "config.ts", "log.ts", "metrics.ts"];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

Deno.test("imports point inwards", () => {
  const wrong: string[] = [];
  for (const { from, to, typeOnly } of ownImports()) {
    const [part, other] = [partOf(from), partOf(to)];
    if (part === other || WIRING.includes(part)) continue;
    const allowed = LAYERS[part] ?? [];
    if (allowed.includes(other.replace(/\.ts$/, ""))) continue;
    if (typeOnly && allowed.includes(`type ${other.replace(/\.ts$/, "")}`)) continue;
    wrong.push(`${from} imports ${typeOnly ? "types of " : ""}${to}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("SQL stays in the store, and sockets in irc", () => {
  const wrong: string[] = [];
  for (const path of sources()) {
    const text = Deno.readTextFileSync(new URL(path, root));
    if (text.includes("node:sqlite") && !path.startsWith("src/archive/sqlite/")) {
      wrong.push(`${path}: node:sqlite`);
    }
    const socket = /\bDeno\.(connect|connectTls|startTls)\b/.exec(text);
    if (socket && !/^src\/(irc|demo)\//.test(path)) wrong.push(`${path}: ${socket[0]}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("nothing is imported from the network but npm packages named in deno.json", () => {
  for (const path of sources()) {
    const text = Deno.readTextFileSync(new URL(path, root));
    assert.doesNotMatch(text, /(?:from|import\()\s*"(?:jsr|https?|npm):/, path);
  }
});

function* ownImports(): Generator<Import> {
  for (const from of sources()) {
    const text = Deno.readTextFileSync(new URL(from, root));
    const statements = /^(?:import|export)\s+(type\s)?\s*([^"';]*?)\s*from\s+"(\.[^"]+)"/gm;
    for (const [, type, names, specifier] of text.matchAll(statements)) {
      yield { from, to: resolve(from, specifier!), typeOnly: type !== undefined || onlyTypes(names!) };
    }
    for (const [, bare, dynamic] of text.matchAll(/^import\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/gm)) {
      yield { from, to: resolve(from, (bare ?? dynamic)!), typeOnly: false };
    }
  }
}

/** Whether every name of `{ type A, type B }` is a type. */
function onlyTypes(names: string): boolean {
  const list = /^\{([^]*)\}$/.exec(names.trim())?.[1];
  return list !== undefined &&
    list.split(",").filter((name) => name.trim() !== "").every((name) => name.trim().startsWith("type "));
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function partOf(path: string): string {
  const [first, second] = path.split("/");
  return first === "src" ? second! : first!;
}
