/** The text of a file, or an error that says what a person needs to know. */
export function readText(path: string): string | Error {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Error(`there is no file ${path}`);
    return new Error(`${path} cannot be read (${error instanceof Error ? error.message : error})`);
  }
}
