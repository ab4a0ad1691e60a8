/**
 * Texts that slow down inefficient code, and an assertion that a function's time grows linearly with them.
 */
import assert from "node:assert/strict";
import process from "node:process";

/** Each is repeated to the wanted length. */
const UNITS: Record<string, string> = {
  "closing brackets": ")",
  "opening brackets": "([",
  "brackets of both kinds": ")(",
  "dots": ".",
  "dots and letters": "a.",
  "ellipses": "…",
  "combining marks in order": "\u0301",
  "combining marks out of order": "\u0301\u0316",
  "Hebrew and Arabic marks out of order": "\u0651\u05b0",
  "spaces": " ",
  "tabs and spaces": "\t ",
  "at signs": "@",
  "mentions": "@abc ",
  "mentions without spaces": "@abc@",
  "colons": ":",
  "semicolons": ";",
  "pairs": "a=1;",
  "entries without values": "a;",
  "equal signs": "=",
  "backslashes": "\\",
  "slashes": "/a",
  "stars": "*",
  "hyphens and commas": "1-2,",
  "percent signs": "%zz",
  "hashes": " #",
  "zero-width joiners": "\u200d",
  "variation selectors": "\ufe0f",
  "high surrogates": "\ud800",
  "low surrogates": "\udc00",
  "emoji": "😂",
  "joined emoji": "👩\u200d👩\u200d",
  "flags": "\u{1f1e6}",
  "digits": "1",
  "letters": "a",
  "words": "ab ",
  "quotes": '"',
  "single quotes": "'",
  "curly quotes": "“„",
  "Chinese": "草",
  "Hangul letters": "\u1100\u1161",
  "Thai with marks": "ส\u0e47\u0e47\u0e47",
  "Greek sigmas": "Σ'",
  "full-width letters": "ａ",
  "control characters": "\x01\x02\x03",
  "line breaks": "\r\n",
  "addresses": "https://a.b/( ",
};
const ENDINGS = ["", "\u2028x"];
export const ADDRESSES = ["https://", "https://a.b/", "https://a.b/(", "a https://a.b/?"];

const SHORT = 2_000;
/** Half as long as a line can be. */
const LONG = 16 * SHORT;
/**
 * A run of the long text in less time is linear: the square of its length is 10^9 steps, which take 0.5 s or
 * more.
 */
const PLAINLY_FAST_MS = 60;
/** A linear function has 16, a quadratic one 256. */
const MAX_RATIO = 64;
/** The shortest of several runs counts: garbage collection and other programs only make a run longer. */
const ATTEMPTS = 15;
/** A longer run is not repeated. */
const HOPELESS_MS = 2_000;

/** @param beginnings texts before the repeated part; each is used in turn */
export function* adversarialTexts(
  beginnings: readonly string[] = [""],
  more: readonly string[] = [],
): Generator<{ name: string; text: (length: number) => string }> {
  const units = [...Object.entries(UNITS), ...more.map((unit) => [JSON.stringify(unit), unit] as const)];
  for (const beginning of beginnings) {
    for (const [name, unit] of units) {
      for (const ending of ENDINGS) {
        yield {
          name: `${JSON.stringify(beginning)}, ${name}, ${JSON.stringify(ending)}`,
          text: (length) => beginning + unit.repeat(Math.ceil(length / unit.length)) + ending,
        };
      }
    }
  }
}

/**
 * Fails if a text 16 times as long takes more than {@link MAX_RATIO} times as long. The shortest of several
 * runs counts. Runs shorter than {@link PLAINLY_FAST_MS} pass without a comparison.
 */
export function assertLinear(what: string, run: (length: number) => unknown): void {
  let long = Infinity;
  let short = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    long = Math.min(long, timed(() => run(LONG)));
    if (long < PLAINLY_FAST_MS) return;
    short = Math.min(short, timed(() => run(SHORT)));
    if (attempt > 0 && long / short < MAX_RATIO) return;
    if (long > HOPELESS_MS) break;
  }
  assert.fail(`${what}: ${short.toFixed(1)} ms for ${SHORT} characters, ${long.toFixed(1)} ms for ${LONG}`);
}

/** CPU time in milliseconds, so that other programs do not count. */
function timed(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
