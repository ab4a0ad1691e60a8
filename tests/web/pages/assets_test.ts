import assert from "node:assert/strict";
import { Hono } from "hono";
import { createAssets, withoutComments } from "../../../src/web/pages/assets.ts";
import { root, scripts } from "../../support/sources/sources.ts";
import { tempFolder } from "../../support/temp.ts";

const FOREVER = "public, max-age=31536000, immutable";

Deno.test("a page never runs modules of two versions, because their path has one version", async () => {
  using folder = tempFolder();
  for (const each of ["live", "page", "vendor"]) Deno.mkdirSync(`${folder.path}/${each}`);
  const write = (name: string, text: string) => Deno.writeTextFileSync(`${folder.path}/${name}`, text);
  write("app.js", 'import "../live/rows.js";');
  write("live/rows.js", "export const version = 1;");
  const start = () => createAssets(new URL(`file://${folder.path}/`));
  let assets = start();
  const app = new Hono().get("/static/*", (c, next) => assets.serve(c, next));
  const cacheOf = async (path: string) => {
    const answer = await app.request(path);
    assert.equal(answer.status, 200, path);
    return { cache: answer.headers.get("Cache-Control"), text: await answer.text() };
  };

  const before = assets.url("app.js");
  const imported = new URL("./live/rows.js", `http://localhost${before}`).pathname;
  assert.deepEqual(await cacheOf(imported), { cache: FOREVER, text: "export const version = 1;" });

  write("live/rows.js", "export const version = 22;");
  assets = start();
  const after = assets.url("app.js");
  assert.notEqual(after, before);
  assert.equal((await cacheOf(after)).cache, FOREVER);
  assert.deepEqual(await cacheOf(imported), { cache: "no-cache", text: "export const version = 22;" });
});

Deno.test("the site's scripts are at most 20 kB, each file compressed", async () => {
  let bytes = 0;
  for (const path of scripts()) {
    const script = withoutComments(await Deno.readTextFile(new URL(path, root)));
    const packed = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
    bytes += (await new Response(packed).bytes()).length;
  }
  assert.ok(bytes > 5_000 && bytes < 20_000, `${bytes} bytes`);
});

Deno.test("scripts are served without their comments, and with everything else", async () => {
  const script = `/** A module. */
import { a } from "./a.js";

/**
 * A function.
 */
export function b() {
  // A comment.
  return "// no comment" + a; // stays
}
const c = \`/* no comment\`;
/* One line. */
`;
  assert.equal(
    withoutComments(script),
    `import { a } from "./a.js";

export function b() {
  return "// no comment" + a; // stays
}
const c = \`/* no comment\`;
`,
  );
  for (const path of scripts()) {
    const short = withoutComments(await Deno.readTextFile(new URL(path, root)));
    // A syntax error, as from half a comment, would be thrown here.
    await import(
      `data:text/javascript,${
        encodeURIComponent(short.replaceAll(/^import .*$/gm, "").replaceAll(/^export /gm, ""))
      }`
    )
      .catch((error) => assert.ok(!(error instanceof SyntaxError), `${path}: ${error.message}`));
  }
});
