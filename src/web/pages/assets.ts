/**
 * Files for the browser, at addresses that change with their content, so that they can be cached forever.
 * Scripts are modules that import each other by relative addresses. Their path contains one version for all
 * of them together, so a page never runs modules of two versions.
 */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import type { Handler } from "hono";
import { Failure } from "../failure.ts";
import { acceptsGzip, type Bytes, gzippedForGood, isCompressible } from "./gzip.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
/** A stylesheet cannot know the version of a font, which does not change while a reader looks. */
const FONT_CACHING = "public, max-age=604800";
const MODULE_PATH = /^modules-([0-9a-f]+)\//;

interface Asset {
  bytes: Bytes;
  /** Compressed at the first request. */
  gzipped?: Bytes;
  type: string;
  hash: string;
}

export interface Assets {
  /**
   * Returns `/static/app.css?v=1f2e3d4c5b` for `app.css` and `/static/modules-1f2e3d4c5b/app.js` for
   * `app.js`. A missing file gets an address without a version.
   */
  url(name: string): string;
  serve: Handler;
}

/** Reads all files below `root` into memory. Later changes take effect at the next start. */
export function createAssets(root: URL): Assets {
  const assets = readAssets(root);
  const modules = [...assets].filter(([name]) => isModule(name)).map(([name, { hash }]) => `${name} ${hash}`);
  const modulesHash = hashOf(modules.sort().join());

  return {
    url(name) {
      const asset = assets.get(name);
      if (asset && isModule(name)) return `/static/modules-${modulesHash}/${name}`;
      return `/static/${name}${asset ? `?v=${asset.hash}` : ""}`;
    },
    serve(c) {
      const path = c.req.path.replace(/^\/(static\/)?/, "");
      const version = MODULE_PATH.exec(path)?.[1];
      const asset = assets.get(path.replace(MODULE_PATH, ""));
      if (!asset) throw new Failure("missing", "There is no such file.");
      const isCurrent = version === undefined ? c.req.query("v") === asset.hash : version === modulesHash;
      c.header("ETag", `W/"${asset.hash}"`);
      c.header("Vary", "Accept-Encoding");
      c.header(
        "Cache-Control",
        isCurrent
          ? "public, max-age=31536000, immutable"
          : asset.type === "font/woff2"
          ? FONT_CACHING
          : "no-cache",
      );
      c.header("Content-Type", asset.type);
      if (!isCompressible(asset.type, asset.bytes) || !acceptsGzip(c)) return c.body(asset.bytes);
      c.header("Content-Encoding", "gzip");
      return c.body(asset.gzipped ??= gzippedForGood(asset.bytes));
    },
  };
}

/** Returns the files with a known type by their path below `root`. */
function readAssets(root: URL, folder = "", assets = new Map<string, Asset>()): Map<string, Asset> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`./${folder}`, root))) {
    const path = folder + name;
    // Minified scripts are served in the place of their sources.
    if (path === "vendor/min") continue;
    if (isDirectory) {
      readAssets(root, `${path}/`, assets);
      continue;
    }
    const type = TYPES[extname(name)];
    if (!type) continue;
    const bytes = minified(root, path) ?? Deno.readFileSync(new URL(path, root));
    assets.set(path, { bytes, type, hash: hashOf(bytes) });
  }
  return assets;
}

/** Modules of packages, in `vendor/`, have no imports. */
function isModule(path: string): boolean {
  return path.endsWith(".js") && !path.startsWith("vendor/");
}

/** The script as `src/commands/vendor.ts` minified it; undefined if that was before the last change of the source. */
function minified(root: URL, path: string): Bytes | undefined {
  if (!isModule(path)) return undefined;
  const copy = new URL(`vendor/min/${path}`, root);
  try {
    if (Deno.statSync(copy).mtime! < Deno.statSync(new URL(path, root)).mtime!) return undefined;
    return Deno.readFileSync(copy);
  } catch {
    // There is none.
    return undefined;
  }
}

function hashOf(content: string | Bytes): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}
