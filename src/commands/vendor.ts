/**
 * Makes the files that browsers need but the repository does not have, in `static/vendor/`: copies from npm packages, and our
 * scripts without comments and long names. A task runs it before serving.
 */
import { fileURLToPath } from "node:url";
import { minify } from "terser";

/** Path in `node_modules` → name in `static/vendor`. */
const VENDORED: Readonly<Record<string, string>> = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  ...Object.fromEntries(
    ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"].map((script) => [
      `@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`,
      `inter-${script}.woff2`,
    ]),
  ),
};

/** Writes files that are missing or older than their sources. Returns their number. */
export async function vendor(root: URL): Promise<number> {
  const target = new URL("static/vendor/", root);
  await Deno.mkdir(target, { recursive: true });
  let written = 0;
  for (const [from, name] of Object.entries(VENDORED)) {
    const source = new URL(`node_modules/${from}`, root);
    const copy = new URL(name, target);
    if (await isFresh(source, copy, { sameSize: true })) continue;
    // Copy the content only: the source may be read-only, or a link into a package store.
    await Deno.writeFile(copy, await Deno.readFile(source));
    written++;
  }
  return written + await minifyScripts(new URL("static/", root), new URL("min/", target));
}

/** Minifies the scripts of a folder and of the folders in it, except those in `vendor`. */
async function minifyScripts(folder: URL, target: URL): Promise<number> {
  await Deno.mkdir(target, { recursive: true });
  let written = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const source = new URL(isDirectory ? `${name}/` : name, folder);
    const copy = new URL(isDirectory ? `${name}/` : name, target);
    if (isDirectory && name !== "vendor") written += await minifyScripts(source, copy);
    if (!name.endsWith(".js") || await isFresh(source, copy)) continue;
    const { code } = await minify(await Deno.readTextFile(source), { module: true, ecma: 2020 });
    await Deno.writeTextFile(copy, code ?? "");
    written++;
  }
  return written;
}

async function isFresh(source: URL, copy: URL, { sameSize = false } = {}): Promise<boolean> {
  const [original, existing] = [await Deno.stat(source), await Deno.stat(copy).catch(() => undefined)];
  return existing !== undefined && existing.mtime! >= original.mtime! &&
    (!sameSize || existing.size === original.size);
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const written = await vendor(root);
  if (written > 0) {
    console.error(`wrote ${written} files into ${fileURLToPath(new URL("static/vendor", root))}`);
  }
}
