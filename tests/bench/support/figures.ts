/** Figures out of samples, and the table that shows them. */

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export interface Row {
  what: string;
  figure: string;
  /** What the figure is to reach, and whether it does. */
  aim?: string;
  met?: boolean;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length));
  const [what, figure] = [width((row) => row.what), width((row) => row.figure)];
  console.log(`\n${title}`);
  for (const row of rows) {
    const aim = row.aim === undefined ? "" : `  ${row.met ? "met   " : "MISSED"}  ${row.aim}`;
    console.log(`  ${row.what.padEnd(what)}  ${row.figure.padStart(figure)}${aim}`);
  }
}

/** A row whose aim is to stay at or below a bound. */
export function atMost(what: string, value: number, bound: number, unit: string): Row {
  return { what, figure: `${round(value)} ${unit}`, aim: `≤ ${bound} ${unit}`, met: value <= bound };
}

/** A row whose aim is to stay at or above a bound. */
export function atLeast(what: string, value: number, bound: number, unit: string): Row {
  return {
    what,
    figure: `${round(value)} ${unit}`,
    aim: `≥ ${bound.toLocaleString("en")} ${unit}`,
    met: value >= bound,
  };
}

/** A time that is to stay at or below a bound; in the short form it is only shown, as CI's machine is nobody's measure. */
export function timeAtMost(short: boolean, what: string, ms: number, bound: number): Row {
  return short ? figure(what, ms, "ms") : atMost(what, ms, bound, "ms");
}

export function exactly(what: string, value: number, right: number): Row {
  return { what, figure: String(value), aim: `= ${right}`, met: value === right };
}

export function figure(what: string, value: number, unit: string): Row {
  return { what, figure: `${round(value)} ${unit}` };
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
