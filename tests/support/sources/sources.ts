/** The project's folder, and the paths of its sources (without tests) relative to it. */
export const root = new URL("../../../", import.meta.url);

export function* sources(): Generator<string> {
  yield "main.ts";
  for (const folder of ["src", "routes", "components"]) yield* sourcesIn(folder);
}

/** Yields the sources in a folder, and its SQL. */
export function* sourcesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* sourcesIn(`${folder}/${name}`);
    else if (/\.(tsx?|sql)$/.test(name)) yield `${folder}/${name}`;
  }
}

/** Yields the scripts for browsers, without those of packages. */
export function* scripts(folder = "static"): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory && name !== "vendor") yield* scripts(`${folder}/${name}`);
    else if (name.endsWith(".js")) yield `${folder}/${name}`;
  }
}
