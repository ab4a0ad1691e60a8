/** Formats counts, sizes and durations. */

const COUNT = new Intl.NumberFormat("en");
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** `1,234,567` */
export function count(n: number): string {
  return COUNT.format(n);
}

/** `1 message`, `1,234 messages` */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(n)} ${n === 1 ? one : many}`;
}

/** A percentage with one decimal: `100%`, `99.9%`, `0.4%` */
export function percent(share: number): string {
  return PERCENT.format(share / 100);
}

/** `812 B`, `4.2 MB`; powers of 1,000. `Intl` would not choose the unit, and writes `812 byte`. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

// `Intl.DurationFormat` has `3d 4h` and `3 days, 4 hr`, but no symbols of units.
const SPANS = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]] as const;

/** The two largest units of a span: `3 d 4 h`, `10 min`, `45 s`. */
export function span(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const words: string[] = [];
  for (const [unit, size] of SPANS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) words.push(`${n} ${unit}`);
    if (words.length === 2 || (words.length === 1 && n === 0)) break;
  }
  return words.join(" ") || "0 s";
}

/** `just now`, `5 min ago`, `3 d ago`: one unit. */
export function ago(ageMs: number): string {
  if (ageMs < 10_000) return "just now";
  const seconds = ageMs / 1000;
  const [unit, size] = SPANS.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit} ago`;
}
