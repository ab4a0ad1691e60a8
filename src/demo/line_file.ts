/** Files of raw IRC lines. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { isLogin } from "../chat/channel_name.ts";
import { parseId } from "../chat/ids.ts";
import { numberInLine } from "../irc/syntax/tags.ts";
import { LineSplitter } from "../irc/lines.ts";
import { parseLine } from "../irc/syntax/parse.ts";

interface FileLine {
  line: string;
  /** When it was received or sent, epoch milliseconds, if the file has that time. */
  at: number | undefined;
}

/**
 * The lines of a file, a stretch at a time; never the whole file in memory. One line per LF or CRLF, or rows of
 * `<received ms>\t<line>`; a name that ends in `.zst` means compressed.
 * @throws when the file cannot be read or decompressed
 */
export async function* fileLines(path: string): AsyncGenerator<FileLine[]> {
  const splitter = new LineSplitter();
  for await (const chunk of fileBytes(path)) {
    yield splitter.push(chunk).map(fileLine);
  }
  yield splitter.push(new Uint8Array([10])).map(fileLine);
}

/** The channels of a file, each with its id if a line has it. */
export async function fileChannels(path: string): Promise<Map<string, number | undefined>> {
  const channels = new Map<string, number | undefined>();
  for await (const lines of fileLines(path)) {
    for (const { line: text } of lines) {
      const line = parseLine(text);
      const login = line?.params[0]?.startsWith("#") ? line.params[0].slice(1).toLowerCase() : "";
      if (line === undefined || !isLogin(login) || channels.get(login) !== undefined) continue;
      channels.set(login, numberInLine(text, "room-id"));
    }
  }
  return channels;
}

function fileLine(text: string): FileLine {
  const tab = text.indexOf("\t");
  if (tab > 0 && tab < 17) {
    const at = parseId(text.slice(0, tab));
    if (at !== undefined) return { line: text.slice(tab + 1), at };
  }
  return { line: text, at: numberInLine(text, "tmi-sent-ts") };
}

/** Closed also if the reader stops early. */
function fileBytes(path: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(path);
  // Errors are thrown to the reader of the last stream, so the callback has nothing to do.
  return path.endsWith(".zst") ? pipeline(file, createZstdDecompress(), () => {}) : file;
}
