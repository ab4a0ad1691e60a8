/** A temporary folder that is removed at the end of its scope. */
export interface TempFolder extends Disposable {
  path: string;
}

export function tempFolder(): TempFolder {
  const path = Deno.makeTempDirSync({ prefix: "scrollback-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
