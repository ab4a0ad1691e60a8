/**
 * What coverage was not told before the program ended, because the archive could not be written: a file beside the
 * database, from a run's end to the next one's start.
 */
import type { Unnoted } from "../archive/coverage.ts";

/** @throws what the file system says */
export function keepUnnoted(path: string, unnoted: Unnoted): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const bytes = new TextEncoder().encode(JSON.stringify(unnoted));
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  file.syncDataSync();
}

/** Undefined where there is nothing, or a file that a crash has cut off: then what was going on counts as killed. */
export function readUnnoted(path: string): Unnoted | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(path)) as Unnoted;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** To be called once it is noted. */
export function dropUnnoted(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
