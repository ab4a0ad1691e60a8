/** Wrong values in every parameter of every operation of `/api/v1`: each is named, with what would be right. */
import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";
import type { TestSite } from "../../support/site/site.ts";

interface Parameter {
  name: string;
  in: "query" | "path" | "header";
  required?: boolean;
  schema: { type: string };
}

/** Values that are wrong for some parameter; what each may be is decided by the interface. */
const VALUES = [
  "",
  " ",
  "-1",
  "0",
  "1.5",
  "0x10",
  "1e3",
  "99999999999999999999",
  "NaN",
  "true",
  "null",
  "\0",
  "a\u0007b",
  "\ufffd",
  "%",
  "[1]",
  '{"a":1}',
  "<b>",
  "’",
  "a".repeat(600),
  "草".repeat(501),
];
/** Words of zod and of programs, which a reader of the error does not understand. */
const RAW =
  /Invalid (?:input|option|string|type)|Too (?:big|small)|expected |received|Unrecognized|undefined|\[object|must match|another value/;

async function parametersOf(site: TestSite): Promise<{ path: string; all: Parameter[] }[]> {
  const { paths } = await (await site.request("/api/v1/openapi.json")).json();
  return Object.entries(paths as Record<string, { get: { parameters?: Parameter[] } }>)
    .map(([path, { get }]) => ({ path, all: get.parameters ?? [] }));
}

/** Sends a value in one parameter; those beside it are right. */
async function send(
  site: TestSite,
  path: string,
  all: readonly Parameter[],
  one: Parameter,
  values: string[],
) {
  const right = (name: string) =>
    ({ q: "hello", channel: "harborlight", user: "mossgarden", id: String(site.recorder.stored[20]!.id) })[
      name
    ]!;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let address = path;
  for (const each of all) {
    const sent = each.name === one.name ? values : each.required ? [right(each.name)] : [];
    for (const value of sent) {
      if (each.in === "query") query.append(each.name, value);
      if (each.in === "path") address = address.replace(`{${each.name}}`, encodeURIComponent(value));
      if (each.in === "header") headers[each.name] = value;
    }
  }
  if (!all.includes(one)) query.append(one.name, values[0]!);
  const answer = await site.request(`/api/v1${address}?${query}`, { headers });
  const isStream = answer.headers.get("Content-Type")?.startsWith("text/event-stream");
  if (isStream) await answer.body!.cancel();
  return { status: answer.status, body: isStream ? undefined : await answer.json() };
}

Deno.test("no wrong value of any parameter is accepted silently or refused in the words of a library", async () => {
  using site = await inventedSite();
  let refused = 0;
  for (const { path, all } of await parametersOf(site)) {
    for (const one of all) {
      for (const value of VALUES) {
        // A header has no such characters, and a path has steps.
        if (one.in === "header" && /[^\x21-\x7e]/.test(value) || one.in === "path" && value === "") continue;
        const what = `${path} ${one.name}=${JSON.stringify(value.slice(0, 30))}`;
        const { status, body } = await send(site, path, all, one, [value]);
        if (one.schema.type === "integer" && !/^\d{1,16}$/.test(value)) assert.equal(status, 400, what);
        if (status === 200) continue;
        // A search without a word has no list in the index, so that it cannot be counted.
        const mayBeSlow = ["/count", "/histogram", "/facets"].includes(path) && one.name === "q";
        assert.ok([400, 404, ...mayBeSlow ? [503] : []].includes(status), `${what}: ${status}`);
        assert.doesNotMatch(body.detail, RAW, what);
        assert.match(body.detail, /^.+[.!]$/s, what);
        assert.ok(body.detail.length < 400, what);
        if (status !== 400) continue;
        refused++;
        assert.equal(body.errors[0].parameter.toLowerCase(), one.name, what);
        assert.equal(body.errors[0].detail, body.detail, what);
      }
    }
  }
  assert.ok(refused > 200, String(refused));
  assert.deepEqual(site.faults, []);
});

Deno.test("a parameter that is sent twice, is missing or is not known is named", async () => {
  using site = await inventedSite();
  for (const { path, all } of await parametersOf(site)) {
    for (const one of all.filter((each) => each.in === "query")) {
      const { status, body } = await send(site, path, all, one, ["1", "2"]);
      assert.equal(status, 400, `${path} ${one.name}`);
      assert.match(body.detail, new RegExp(`^${one.name} has several values: use .+\\.$`));
      if (!one.required) continue;
      const missing = await send(site, path, all, one, []);
      assert.equal(missing.status, 400);
      assert.match(missing.body.detail, new RegExp(`^${one.name} is missing: use .+\\.$`));
    }
    const unknown: Parameter = { name: "nonsense", in: "query", schema: { type: "string" } };
    const { status, body } = await send(site, path, all, unknown, ["1"]);
    assert.equal(status, 400, path);
    assert.match(body.detail, /^“nonsense” is no parameter of this address: it has .+\.$/);
    assert.equal(body.errors[0].parameter, "nonsense");
  }
});
