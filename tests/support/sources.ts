/** Where the project is, and the paths of its own sources (not its tests) from there. */
export const root = new URL("../../", import.meta.url);

export function* sources(): Generator<string> {
  yield "main.ts";
  for (const folder of ["src", "routes", "components"]) yield* sourcesIn(folder);
}

function* sourcesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* sourcesIn(`${folder}/${name}`);
    else if (/\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}

/** The modules that browsers get, those of packages left out. */
export function* scripts(folder = "static"): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory && name !== "vendor") yield* scripts(`${folder}/${name}`);
    else if (name.endsWith(".js")) yield `${folder}/${name}`;
  }
}
