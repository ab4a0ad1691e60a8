/** Lengths of time as Rust's `humantime` writes them, and so recent-messages services: `1h 30m`, `14days`, `1month 2days`. */

/** Units in seconds: a year has 365.25 days, a month 30.44. */
const UNITS = [
  { seconds: 31_557_600, name: "year", isWord: true },
  { seconds: 2_630_016, name: "month", isWord: true },
  { seconds: 86_400, name: "day", isWord: true },
  { seconds: 3_600, name: "h", isWord: false },
  { seconds: 60, name: "m", isWord: false },
  { seconds: 1, name: "s", isWord: false },
] as const;

/** @param seconds a whole number, 0 or more */
export function lengthWords(seconds: number): string {
  const words: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(seconds / unit.seconds);
    seconds %= unit.seconds;
    if (count > 0) words.push(`${count}${unit.name}${unit.isWord && count > 1 ? "s" : ""}`);
  }
  return words.join(" ") || "0s";
}
