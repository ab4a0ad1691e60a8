/** The files of real lines beside the repository, which only some machines have. */
import { zstdDecompressSync } from "node:zlib";
import { LineSplitter } from "../../src/irc/lines.ts";
import { DATA_FOLDER } from "../support/chat/recorded.ts";

/** Every raw file with its lines; if the folder is missing, empty with a message. */
export function* realFiles(): Generator<{ name: string; lines: string[] }> {
  let names: string[];
  try {
    names = [...Deno.readDirSync(DATA_FOLDER)].map(({ name }) => name).sort();
  } catch {
    console.log("no folder of real lines here: skipped");
    return;
  }
  for (const name of names) {
    if (!/\.irc(\.tsv)?(\.zst)?$/.test(name)) continue;
    const bytes = Deno.readFileSync(new URL(name, DATA_FOLDER));
    const plain = name.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes;
    const splitter = new LineSplitter();
    const lines = [...splitter.push(plain), ...splitter.push(new Uint8Array([10]))];
    yield {
      name,
      lines: name.includes(".tsv") ? lines.map((row) => row.slice(row.indexOf("\t") + 1)) : lines,
    };
  }
}
