/** Logging, set up once in each thread: to stderr, in lines, without a secret in them. */
import {
  configureSync,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getLogger as getLogtapeLogger,
  getTextFormatter,
  type Logger,
  type LogRecord,
  sanitizeControlSequences,
  type TextFormatter,
} from "@logtape/logtape";
import type { LogFormat, LogLevel } from "./config/setting.ts";

/** The parts of the program that log. */
export type Component = "program" | "irc" | "collector" | "archive" | "http";

/** Plain data, so that a Worker can be sent it and set up the same. */
export interface LogOptions {
  level: LogLevel;
  format: LogFormat;
  /** What must never be written, such as `secretsOf(config)`. */
  secrets: readonly string[];
  /** Colours in the text format; unless said, those of a terminal whose owner has not set NO_COLOR. */
  colors?: boolean;
}

/**
 * Sends every log of this thread to stderr, a line each. Before this is called nothing is logged; calling it again
 * replaces what was set up.
 */
export function setUpLogging(options: LogOptions): void {
  const format = lineFormatter({ colors: Deno.stderr.isTerminal() && !Deno.noColor, ...options });
  configureSync({
    reset: true,
    sinks: { stderr: (record) => console.error(format(record)) },
    loggers: [
      {
        category: "scrollback",
        lowestLevel: options.level === "warn" ? "warning" : options.level,
        sinks: ["stderr"],
      },
      // Logtape's own troubles only: at "info" it would greet on every start.
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}

/** What is logged with is `log.info("joined {channel}", { channel })`, or an object of properties as it is. */
export function getLogger(component: Component): Logger {
  return getLogtapeLogger(["scrollback", component]);
}

/** One line, without its end, from one record. */
export function lineFormatter({ format, colors = false, secrets }: LogOptions): TextFormatter {
  const toLine = format === "json" ? jsonLine : textLine(colors);
  const hide = hider(secrets);
  return (record) => hide(toLine(record).trimEnd());
}

const toJson = getJsonLinesFormatter({ properties: "flatten" });

function jsonLine(record: LogRecord): string {
  const properties: Record<string, unknown> = { component: record.category[1] };
  for (const [key, value] of Object.entries(record.properties)) {
    // JSON would make `{}` of an error.
    properties[key] = value instanceof Error ? Deno.inspect(value) : value;
  }
  const message = record.message.map((part) => (part instanceof Error ? String(part) : asText(part))).join(
    "",
  );
  return toJson({ ...record, message: [message], properties });
}

/** Chat is written by strangers: a line end or an escape in it must not forge a line or move the cursor. */
const ESCAPED = { newlines: "escape", sgr: "escape" } as const;

const TEXT = {
  timestamp: "rfc3339",
  level: "abbr",
  category: (category: readonly string[]) => category[1] ?? category[0] ?? "",
  value: (value: unknown) =>
    value instanceof Error
      // A stack stays readable; indented, no line of it can pass for a record.
      ? sanitizeControlSequences(Deno.inspect(value), { sgr: "escape" }).replaceAll("\n", "\n    ")
      : sanitizeControlSequences(asText(value), ESCAPED),
  sanitize: ESCAPED,
} as const;

function asText(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value, { breakLength: Infinity, colors: false });
}

function textLine(colors: boolean): TextFormatter {
  const format = colors ? getAnsiColorFormatter(TEXT) : getTextFormatter(TEXT);
  return (record) => format({ ...record, message: withRest(record) });
}

/** The message, and after it every property that its template does not name, as ` key=value`. */
function withRest({ message, rawMessage, properties }: LogRecord): unknown[] {
  const template = typeof rawMessage === "string" ? rawMessage : rawMessage.join("");
  const parts = [...message];
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || template.includes(`{${key}}`)) continue;
    parts.push(`${parts.pop()} ${key}=`, value, "");
  }
  return parts;
}

/**
 * Replaces every secret, also as JSON and as an address would write it, the longest first. `@logtape/redaction` finds
 * secrets by their form or the name of their field; these are known.
 */
function hider(secrets: readonly string[]): (line: string) => string {
  const shapes = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  return (line) => shapes.reduce((text, secret) => text.replaceAll(secret, "(hidden)"), line);
}
