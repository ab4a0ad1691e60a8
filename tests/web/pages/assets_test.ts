import { gzippedForGood } from "../../../src/web/pages/gzip.ts";
import assert from "node:assert/strict";
import { Hono } from "hono";
import { createAssets } from "../../../src/web/pages/assets.ts";
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

Deno.test("the site's scripts are at most 20 kB, each file compressed as it is served", async () => {
  let bytes = 0;
  for (const path of scripts()) {
    const script = await Deno.readTextFile(new URL(path.replace("static/", "static/vendor/min/"), root));
    bytes += gzippedForGood(new TextEncoder().encode(script)).length;
  }
  assert.ok(bytes > 5_000 && bytes < 20_000, `${bytes} bytes`);
});

Deno.test("scripts are served minified, until their source is changed", async () => {
  using folder = tempFolder();
  Deno.mkdirSync(`${folder.path}/vendor/min`, { recursive: true });
  const served = async () => {
    const assets = createAssets(new URL(`file://${folder.path}/`));
    const app = new Hono().get("/static/*", (c, next) => assets.serve(c, next));
    return await (await app.request(assets.url("app.js"))).text();
  };
  Deno.writeTextFileSync(`${folder.path}/app.js`, "// A comment.\nexport const version = 1;");
  assert.match(await served(), /A comment/);
  Deno.writeTextFileSync(`${folder.path}/vendor/min/app.js`, "export const version=1;");
  assert.equal(await served(), "export const version=1;");
  Deno.writeTextFileSync(`${folder.path}/app.js`, "export const version = 2;");
  const later = new Date(Date.now() + 10_000);
  Deno.utimeSync(`${folder.path}/app.js`, later, later);
  assert.equal(await served(), "export const version = 2;");
});
