/**
 * A strict parser of Prometheus' text format, version 0.0.4, by its specification
 * (https://prometheus.io/docs/instrumenting/exposition_formats/), and its naming rules.
 */

export interface Sample {
  /** With the suffix of a histogram's series. */
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  help: string;
  type: string;
  samples: Sample[];
}

const TYPES = new Set(["counter", "gauge", "histogram", "summary", "untyped"]);
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;
const NUMBER = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;

/** @throws Error with the line that is wrong */
export function parseExposition(text: string): Family[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families: Family[] = [];
  const names = new Set<string>();
  const series = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const [, keyword, name, rest] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line) ?? [];
    const last = families.at(-1);
    if (keyword === "HELP") {
      if (names.has(name!)) throw new Error(`described twice: ${line}`);
      names.add(name!);
      families.push({ name: name!, help: rest!, type: "", samples: [] });
    } else if (keyword === "TYPE") {
      if (last?.name !== name || last!.type !== "" || !TYPES.has(rest!)) {
        throw new Error(`wrong type: ${line}`);
      }
      last!.type = rest!;
    } else {
      const sample = sampleOf(line);
      if (!last || !belongs(sample, last)) throw new Error(`not of ${last?.name}: ${line}`);
      const id = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (series.has(id)) throw new Error(`twice: ${line}`);
      series.add(id);
      last.samples.push(sample);
    }
  }
  for (const family of families) if (family.type === "histogram") checkHistogram(family);
  return families;
}

function sampleOf(line: string): Sample {
  const [, name, section = "", value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !NUMBER.test(value!)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = section; rest !== "";) {
    const [found, key, text] = LABEL.exec(rest) ?? [];
    if (found === undefined || key! in labels) throw new Error(`wrong labels: ${line}`);
    labels[key!] = text!.replace(/\\([\\"n])/g, (_, c) => c === "n" ? "\n" : c);
    rest = rest.slice(found.length);
  }
  return { name, labels, value: Number(value!.replace("Inf", "Infinity")) };
}

function belongs({ name, labels }: Sample, family: Family): boolean {
  if (family.type !== "histogram") return name === family.name && !("le" in labels);
  return name === `${family.name}_bucket`
    ? "le" in labels
    : name === `${family.name}_sum` || name === `${family.name}_count`;
}

/** Buckets ascend, and the last one has every observation. */
function checkHistogram({ name, samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le!.replace("Inf", "Infinity")));
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const isAscending = (values: number[]) => values.every((value, i) => i === 0 || value >= values[i - 1]!);
    if (
      bounds.at(-1) !== Infinity || buckets.at(-1)!.value !== count || !isAscending(bounds) ||
      !isAscending(buckets.map(({ value }) => value)) ||
      !group.some((sample) => sample.name === `${name}_sum`)
    ) throw new Error(`wrong histogram: ${name} ${labels}`);
  }
}

/** Units and words that a name should not have, because of https://prometheus.io/docs/practices/naming/. */
const OTHER_UNITS =
  /_(ms|milliseconds|minutes|hours|days|us|ns|kb|mb|gb|kib|mib|bits|percent|percentage)(_|$)/;
const TYPE_WORDS = /_(counter|gauge|histogram|summary)(_|$)/;

/** A sentence for each name that breaks a rule. */
export function namingFaults(families: readonly Family[]): string[] {
  return families.flatMap(({ name, help, type, samples }) => {
    const faults: string[] = [];
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) faults.push("is not in snake case");
    if (!/^(scrollback|process)_/.test(name)) faults.push("has no prefix");
    if (help.trim() === "") faults.push("has no help");
    if (type === "untyped" || type === "") faults.push("has no type");
    if (name.endsWith("_total") !== (type === "counter")) {
      faults.push("is a counter without _total, or the reverse");
    }
    if (/_(count|sum|bucket)$/.test(name)) faults.push("looks like a part of a histogram");
    if (OTHER_UNITS.test(name)) faults.push("has another unit than the base unit");
    if (TYPE_WORDS.test(name)) faults.push("names its type");
    if (name.endsWith("_info") && samples.some(({ value }) => value !== 1)) faults.push("is not 1");
    if (type === "histogram" && !/_(seconds|bytes|events)$/.test(name)) faults.push("has no unit");
    return faults.map((fault) => `${name} ${fault}`);
  });
}
