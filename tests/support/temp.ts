/** A folder of a test's own, gone with its scope. */
export interface TempFolder extends Disposable {
  path: string;
}

export function tempFolder(): TempFolder {
  const path = Deno.makeTempDirSync({ prefix: "scrollback-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
