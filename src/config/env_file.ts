/** Parses env files: `KEY=value` lines, `#` comments, `export `, quotes. It expands and executes nothing. */

import { echoName } from "./echo.ts";

export interface EnvEntry {
  name: string;
  value: string;
  /** From 1. */
  line: number;
}

export interface EnvFileError {
  line: number;
  /** Never contains the value, which may be a secret. */
  message: string;
}

const NAME = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/;

/**
 * Parses an env file. A value is unquoted (up to ` #`, trimmed), in single quotes (literal) or in double
 * quotes (with escapes such as `\n`, `\"`, `\\`), and ends on its line. A name that is set twice is an error.
 */
export function parseEnvFile(text: string): { entries: EnvEntry[]; errors: EnvFileError[] } {
  const entries: EnvEntry[] = [];
  const errors: EnvFileError[] = [];
  const lineOf = new Map<string, number>();
  text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const match = NAME.exec(trimmed);
    if (!match) {
      errors.push({ line, message: "is not of the form NAME=value" });
      return;
    }
    const name = match[1]!;
    const value = readValue(trimmed.slice(match[0].length).trimStart());
    const earlier = lineOf.get(name);
    if (value === undefined) {
      errors.push({ line, message: `the quotes around the value of ${echoName(name)} are not closed` });
    } else if (earlier !== undefined) {
      errors.push({ line, message: `sets ${echoName(name)} again, as line ${earlier} does` });
    } else {
      lineOf.set(name, line);
      entries.push({ name, value, line });
    }
  });
  return { entries, errors };
}

function readValue(rest: string): string | undefined {
  const quote = rest[0];
  if (quote !== "'" && quote !== '"') return withoutComment(rest).trim();
  const quoted = quote === "'"
    ? /^'([^']*)'\s*(?:#.*)?$/.exec(rest)
    : /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(rest);
  if (!quoted) return undefined;
  return quote === "'" ? quoted[1]! : quoted[1]!.replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);
}

/** A `#` begins a comment at the start or after a space. */
function withoutComment(rest: string): string {
  const at = rest.startsWith("#") ? 0 : rest.search(/\s#/);
  return at < 0 ? rest : rest.slice(0, at);
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
