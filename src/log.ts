/** Logging, set up once per thread: lines on stderr that contain no secrets. */
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
import { TOKEN_IN_TEXT, TOKEN_PREFIX } from "./archive/access/token.ts";
import type { LogFormat, LogLevel } from "./config/setting.ts";

/** The parts of the program that log. */
export type Component = "program" | "irc" | "collector" | "archive" | "http";

/** Plain data, so that it can be sent to a Worker. */
export interface LogOptions {
  level: LogLevel;
  format: LogFormat;
  /** Texts that must never be logged, such as `secretsOf(config)`. */
  secrets: readonly string[];
  /** Whether the text format has colours. Default: if stderr is a terminal and NO_COLOR is not set. */
  colors?: boolean;
}

/**
 * Sends every log record of this thread to stderr, one line each. Nothing is logged before the first call. A
 * later call replaces the configuration.
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
      // Only warnings of Logtape itself: at "info" it logs a greeting at every start.
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}

/**
 * Returns a logger. Use it as `log.info("joined {channel}", { channel })`, or with an object of properties
 * only.
 */
export function getLogger(component: Component): Logger {
  return getLogtapeLogger(["scrollback", component]);
}

/** Returns a formatter that makes one line, without a line end, from a record. */
export function lineFormatter({ format, colors = false, secrets }: LogOptions): TextFormatter {
  const toLine = format === "json" ? jsonLine : textLine(colors);
  const hide = hider(secrets);
  return (record) => hide(toLine(record).trimEnd());
}

const toJson = getJsonLinesFormatter({ properties: "flatten" });

function jsonLine(record: LogRecord): string {
  const properties: Record<string, unknown> = { component: record.category[1] };
  for (const [key, value] of Object.entries(record.properties)) {
    // JSON.stringify would turn an error into `{}`.
    properties[key] = value instanceof Error ? Deno.inspect(value) : value;
  }
  const message = record.message.map((part) => (part instanceof Error ? String(part) : asText(part))).join(
    "",
  );
  return toJson({ ...record, message: [message], properties });
}

/**
 * Chat text is untrusted: a line end or an escape sequence in it must not forge a line or move the cursor.
 */
const ESCAPED = { newlines: "escape", sgr: "escape" } as const;

const TEXT = {
  timestamp: "rfc3339",
  level: "abbr",
  category: (category: readonly string[]) => category[1] ?? category[0] ?? "",
  value: (value: unknown) =>
    value instanceof Error
      // Stack traces keep their lines. The indentation distinguishes them from records.
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

/** Returns the message, followed by every property that its template does not name, as ` key=value`. */
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
 * Returns a function that replaces tokens, and every secret, also in its JSON and URL encodings, the longest first. The
 * secrets are known here, while `@logtape/redaction` finds secrets by patterns or field names.
 */
function hider(secrets: readonly string[]): (line: string) => string {
  const encodings = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  const tokens = new RegExp(TOKEN_IN_TEXT, "g");
  return (line) =>
    encodings.reduce((text, secret) => text.replaceAll(secret, "(hidden)"), line)
      .replaceAll(tokens, `${TOKEN_PREFIX}(hidden)`);
}
