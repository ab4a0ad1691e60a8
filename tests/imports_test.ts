import assert from "node:assert/strict";
import { posix } from "node:path";
import { root, sources } from "./support/sources/sources.ts";

/** What each room may import, and whether only types of it: the table of ARCHITECTURE.md. */
const ROOMS = readRooms(Deno.readTextFileSync(new URL("ARCHITECTURE.md", root)));
/** Beside every room, and not in the table. */
const EVERYWHERE = new Set(["clock.ts", "migrations", "deno.json"]);

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

Deno.test("every room imports only what ARCHITECTURE.md allows", () => {
  const wrong: string[] = [];
  for (const { from, to, typeOnly } of ownImports()) {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === other || EVERYWHERE.has(room) || EVERYWHERE.has(other)) continue;
    const allowed = ROOMS.get(room)?.get(other);
    if (allowed === "values" || (allowed === "types" && typeOnly)) continue;
    wrong.push(`${from} imports ${typeOnly ? "types of " : ""}${to}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the table of rooms names what is there and allows no cycle", () => {
  const found = new Set([...sources()].map(roomOf).filter((room) => !EVERYWHERE.has(room)));
  assert.deepEqual([...ROOMS.keys()].sort(), [...found].sort());
  // Rooms without imports are taken away until none is left: what stays imports each other in a cycle.
  const left = new Map([...ROOMS].map(([room, allowed]) => [room, new Set(allowed.keys())]));
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const [room, allowed] of left) {
      if ([...allowed].some((other) => left.has(other))) continue;
      left.delete(room);
    }
  }
  assert.deepEqual([...left.keys()], []);
});

Deno.test("the table allows no import that nothing makes", () => {
  const made = new Set([...ownImports()].map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`));
  const unused = [...ROOMS].flatMap(([room, allowed]) =>
    [...allowed.keys()].filter((other) => !EVERYWHERE.has(other) && !made.has(`${room} → ${other}`))
      .map((other) => `${room} → ${other}`)
  );
  assert.deepEqual(unused, []);
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

/** The room of a file: itself where the table names it, else its folder. */
function roomOf(path: string): string {
  const inside = path.replace(/^src\//, "");
  if (ROOMS.has(inside) || !inside.includes("/")) return inside;
  return posix.dirname(inside);
}

function readRooms(text: string): Map<string, Map<string, "values" | "types">> {
  const rooms = new Map<string, Map<string, "values" | "types">>();
  for (const [, room, allowed] of text.matchAll(/^\| `([^`]+)` *\|([^|]*)\|/gm)) {
    const entries = [...allowed!.matchAll(/`(type )?([^`]+)`/g)].map(([, type, other]) =>
      [other!, type ? "types" : "values"] as const
    );
    rooms.set(room!, new Map(entries));
  }
  return rooms;
}
