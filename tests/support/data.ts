/** The folder of real chat beside the checkout, where there is one. */
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../../shared/data/", import.meta.url);

/** The path of a data file; `undefined`, with a message, where it is missing. */
export function dataFile(name: string): string | undefined {
  const path = fileURLToPath(new URL(name, FOLDER));
  try {
    Deno.statSync(path);
    return path;
  } catch {
    console.log(`skipped: there is no ${name} in the data folder beside the checkout`);
    return undefined;
  }
}
