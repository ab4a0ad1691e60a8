import assert from "node:assert/strict";
import manifest from "../deno.json" with { type: "json" };
import { SETTINGS } from "../src/config/settings.ts";
import { downloadSlots, StreamSlots } from "../src/web/access/stream_slots.ts";
import { connectionBounds, RESERVED_DESCRIPTORS } from "../src/web/server/connection_bounds.ts";
import { LIMITS_MS } from "../src/web/server/connections.ts";
import { parseSearchText } from "../src/search/language/parse.ts";
import { OPERATORS } from "../src/search/language/tree.ts";
import { HAS, IS } from "../src/search/language/values.ts";
import { root, sources, sourcesIn } from "./support/sources/sources.ts";

const docs = [...Deno.readDirSync(new URL("docs", root))].filter(({ isFile }) => isFile)
  .map(({ name }) => `docs/${name}`).sort();
/** The README and all pages of documentation. */
const pages = ["README.md", "ARCHITECTURE.md", ...docs].map((path) => ({
  path,
  text: Deno.readTextFileSync(new URL(path, root)),
}));

/** The cells of all rows of the table whose first heading is `heading`. */
function table(heading: string): string[][] {
  const lines = pages.flatMap(({ text }) => [...text.split("\n"), ""]);
  const at = lines.findIndex((line) => line.startsWith("|") && cells(line)[0] === heading);
  assert.ok(at >= 0, `no table of ${heading}`);
  const end = lines.findIndex((line, index) => index > at && !line.startsWith("|"));
  return lines.slice(at + 2, end).map(cells);
}

function cells(line: string): string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

function named(rows: string[][]): string[] {
  return rows.flatMap(([name]) => name!.match(/(?<=`)[^`]+(?=`)/g) ?? []).sort();
}

Deno.test("the README's settings equal the program's", () => {
  const rows = SETTINGS.map(({ name, flag, preset, about, secret }) => [
    `\`${name}\`${flag ? `, \`--${flag}\`` : ""}${secret ? ", secret" : ""}`,
    preset ? `\`${preset}\`` : "",
    about,
  ]);
  assert.deepEqual(table("setting"), rows);
});

Deno.test("the README lists exactly the tasks of deno.json", () => {
  assert.deepEqual(named(table("command")), Object.keys(manifest.tasks).sort());
});

Deno.test("the README gives a reason for exactly the dependencies of deno.json", () => {
  const rows = table("package");
  assert.deepEqual(named(rows), Object.keys(manifest.imports).sort());
  for (const [name, why] of rows) assert.match(why!, /^\S.{10,}\.$/, name);
});

Deno.test("the documentation lists every permission set", () => {
  assert.deepEqual(named(table("set").map(([name]) => [name!])), Object.keys(manifest.permissions).sort());
});

Deno.test("links in the documentation lead to existing files", () => {
  const linked = new Set<string>();
  for (const { path, text } of pages) {
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      const target = new URL(link!, new URL(path, root));
      assert.ok(Deno.statSync(target).isFile, `${path}: ${link}`);
      linked.add(target.href);
    }
  }
  for (const path of docs) assert.ok(linked.has(new URL(path, root).href), `no page links to ${path}`);
});

Deno.test("files that the documentation names exist", () => {
  const files = [...sources(), ...sourcesIn("tests"), ...sourcesIn("migrations")].map((path) => `/${path}`);
  for (const { path, text } of pages) {
    for (const [, name] of text.matchAll(/`([\w./-]+\.(?:tsx?|sql))`/g)) {
      assert.ok(files.some((file) => file.endsWith(`/${name}`)), `${path} names ${name}`);
    }
  }
});

Deno.test("all versions are exact, and the css task has the compiler's version", () => {
  for (const [name, specifier] of Object.entries(manifest.imports)) {
    assert.match(specifier, /@\d+\.\d+\.\d+$/, name);
  }
  assert.ok(manifest.tasks.css.command.includes(manifest.imports["@tailwindcss/cli"]));
});

Deno.test("no task runs with all permissions", () => {
  for (const { command } of Object.values(manifest.tasks)) {
    assert.doesNotMatch(command, /\s(-A|--allow-all)\b/);
  }
});

Deno.test("the README's limits equal the program's", () => {
  const limits = new Map(table("limit").map(([what, value]) => [what!, value!]));
  const seconds = (what: string) => Number(/^(\d+) s/.exec(limits.get(what) ?? "")?.[1]) * 1_000;
  assert.deepEqual({
    header: seconds("to receive the whole header of a request"),
    request: seconds("to receive the whole body of a request"),
    idle: seconds("between two requests on one connection"),
    unread: seconds("a client that does not read the response"),
    answer: seconds("a whole response, except live streams"),
  }, LIMITS_MS);
  const { total, perAddress, streams, streamsPerClient } = connectionBounds(1_024, Infinity);
  const all = limits.get("open connections in total")!;
  assert.ok(
    all.startsWith(`${total.toLocaleString("en")} `) && all.includes(` ${RESERVED_DESCRIPTORS} open files`),
    all,
  );
  assert.ok(limits.get("open connections from one address")!.startsWith(`${perAddress};`));
  assert.equal(streams, total * 3 / 4);
  assert.ok(
    limits.get("live streams and downloads in total")!.startsWith("three quarters of the connections;"),
  );
  const slots = downloadSlots(new StreamSlots({ streams, streamsPerClient })).bounds;
  const downloads = `${slots.streamsPerClient} and ${slots.streams}, half of the live streams`;
  assert.ok(limits.get("downloads of one client, and in total")!.startsWith(downloads));
  assert.ok(limits.get("live streams of one client")!.startsWith(`${streamsPerClient};`));
});

Deno.test("the page on the search language has every operator and value, and examples that are valid", () => {
  const text = Deno.readTextFileSync(new URL("docs/search.md", root));
  for (const name of OPERATORS) assert.ok(text.includes(`\`${name}:`), name);
  for (const value of [...IS, ...HAS.map((value) => `has:${value}`)]) {
    assert.ok(text.includes(`${value}\``), value);
  }
  const examples = [...text.matchAll(/^\|([^|]*)\|/gm)].flatMap((
    [, cell],
  ) => [...cell!.matchAll(/`([^`]+)`/g)])
    .map(([, example]) => example!);
  assert.ok(examples.length > 35);
  for (const example of examples) assert.deepEqual(parseSearchText(example).problems, [], example);
});
