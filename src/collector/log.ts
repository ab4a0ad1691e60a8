/** The methods of a logger that the collector uses. A message names properties in braces. */
export interface CollectorLog {
  info(message: string, properties?: Record<string, unknown>): void;
  warn(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}
