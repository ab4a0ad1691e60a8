/** The optional folder of recorded chat beside the checkout. */
import { fileURLToPath } from "node:url";

export const DATA_FOLDER = new URL("../../../../shared/data/", import.meta.url);

/** Returns the path of a data file. If it is missing, prints a message and returns `undefined`. */
export function dataFile(name: string): string | undefined {
  const path = fileURLToPath(new URL(name, DATA_FOLDER));
  try {
    Deno.statSync(path);
    return path;
  } catch {
    console.log(`skipped: there is no ${name} in the data folder beside the checkout`);
    return undefined;
  }
}
