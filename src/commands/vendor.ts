/**
 * Copies the files that browsers need from npm packages to `static/vendor/`. A task runs it before serving.
 */
import { fileURLToPath } from "node:url";

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

/** Copies files that are missing, older or of another size. Returns their number. */
export async function vendor(root: URL): Promise<number> {
  const target = new URL("static/vendor/", root);
  await Deno.mkdir(target, { recursive: true });
  let copied = 0;
  for (const [from, name] of Object.entries(VENDORED)) {
    const source = new URL(`node_modules/${from}`, root);
    const copy = new URL(name, target);
    if (await isFresh(source, copy)) continue;
    // Copy the content only: the source may be read-only, or a link into a package store.
    await Deno.writeFile(copy, await Deno.readFile(source));
    copied++;
  }
  return copied;
}

async function isFresh(source: URL, copy: URL): Promise<boolean> {
  const [original, existing] = [await Deno.stat(source), await Deno.stat(copy).catch(() => undefined)];
  return existing !== undefined && existing.size === original.size && existing.mtime! >= original.mtime!;
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const copied = await vendor(root);
  if (copied > 0) {
    console.error(`copied ${copied} files into ${fileURLToPath(new URL("static/vendor", root))}`);
  }
}
