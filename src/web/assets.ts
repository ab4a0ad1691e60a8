/**
 * Files for the browser, under addresses that change with their content, so that they may be kept for good. Scripts are
 * modules that import each other by relative addresses: these have the version in their path, and it is the version of
 * all of them together, so that a page never runs modules of two versions.
 */
import { createHash } from "node:crypto";
import type { Handler } from "hono";
import { isKnown } from "./etag.ts";
import { Failure } from "./failure.ts";
import { acceptsGzip, type Bytes, gzippedForGood, isCompressible } from "./gzip.ts";

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  txt: "text/plain; charset=utf-8",
};
const NAME = /^(?:[\w-]+\/)*[\w.-]+\.(\w+)$/;

/** The folders of modules; those of packages, in `vendor/`, import nothing. */
const MODULE_FOLDERS = ["", "live/", "page/"];
/** How long the version of the modules is believed: looking at all of them for every page would take 0.2 ms. */
const MODULES_READ_MS = 1_000;
const MODULE_PATH = /^modules-([0-9a-f]+)\//;

interface Asset {
  bytes: Bytes;
  gzipped?: Bytes;
  type: string;
  hash: string;
  modifiedMs: number;
}

export interface Assets {
  /**
   * `/static/app.css?v=1f2e3d4c5b` for `app.css`, `/static/modules-1f2e3d4c5b/app.js` for `app.js`. A missing file gets an
   * address without a version.
   */
  url(name: string): string;
  serve: Handler;
}

/**
 * Reads files below `root` when they are first asked for; a file that has changed since is read again.
 *
 * @param now a monotonic clock in ms
 */
export function createAssets(root: URL, now = () => performance.now()): Assets {
  const known = new Map<string, Asset>();

  function read(name: string): Asset | undefined {
    const type = TYPES[NAME.exec(name)?.[1] ?? ""];
    if (!type || name.includes("..")) return undefined;
    const file = new URL(name, root);
    try {
      // Inside a compiled executable files have no time of change.
      const modifiedMs = Deno.statSync(file).mtime?.getTime() ?? 0;
      const before = known.get(name);
      if (before?.modifiedMs === modifiedMs) return before;
      const bytes = Deno.readFileSync(file);
      const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
      const gzipped = isCompressible(type, bytes) ? gzippedForGood(bytes) : undefined;
      const asset = { bytes, gzipped, type, hash, modifiedMs };
      known.set(name, asset);
      return asset;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  function hashOfModules(): string {
    const names = MODULE_FOLDERS.flatMap((folder) =>
      [...Deno.readDirSync(new URL(`./${folder}`, root))]
        .filter(({ name, isFile }) => isFile && name.endsWith(".js"))
        .map(({ name }) => folder + name)
    );
    const versions = names.sort().map((name) => `${name} ${read(name)?.hash}`);
    return createHash("sha256").update(versions.join()).digest("hex").slice(0, 10);
  }

  let modules = { hash: "", readAt: -Infinity };
  function modulesHash(): string {
    if (now() - modules.readAt >= MODULES_READ_MS) modules = { hash: hashOfModules(), readAt: now() };
    return modules.hash;
  }

  return {
    url(name) {
      const asset = read(name);
      if (asset && name.endsWith(".js") && !name.startsWith("vendor/")) {
        return `/static/modules-${modulesHash()}/${name}`;
      }
      return `/static/${name}${asset ? `?v=${asset.hash}` : ""}`;
    },
    serve(c) {
      const path = c.req.path.replace(/^\/(static\/)?/, "");
      const version = MODULE_PATH.exec(path)?.[1];
      const asset = read(path.replace(MODULE_PATH, ""));
      if (!asset) throw new Failure("missing", "There is no such file.");
      const etag = `W/"${asset.hash}"`;
      c.header("ETag", etag);
      c.header("Vary", "Accept-Encoding");
      const isCurrent = version === undefined ? c.req.query("v") === asset.hash : version === modulesHash();
      c.header(
        "Cache-Control",
        isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
      );
      if (isKnown(c.req.header("If-None-Match"), etag)) return c.body(null, 304);
      c.header("Content-Type", asset.type);
      if (!asset.gzipped || !acceptsGzip(c)) return c.body(asset.bytes);
      c.header("Content-Encoding", "gzip");
      return c.body(asset.gzipped);
    },
  };
}
