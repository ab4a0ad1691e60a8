/**
 * Returns the text of a file, or an error to show to the user.
 * @param namesPath whether the error may contain the path, which may be a misplaced secret
 */
export function readText(path: string, namesPath: boolean): string | Error {
  const file = namesPath ? path : "the file";
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return new Error(namesPath ? `there is no file ${path}` : "there is no such file");
    }
    const reason = error instanceof Error ? error.message.replaceAll(path, file) : String(error);
    return new Error(`${file} cannot be read (${reason})`);
  }
}
