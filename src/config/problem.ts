/** A problem of a setting, as the user reads it. */

export interface Problem {
  /** A setting's name, or `path:line` of the env file. */
  name: string;
  /** The value as `echo` shows it; `undefined` if none is shown. */
  met?: string;
  /** Where the value came from. */
  from?: string;
  /** What is wrong, and what is expected. */
  message: string;
}

/** Replaces the value of a secret in output. */
export const HIDDEN = "(hidden)";

/** Returns the problem as one line. */
export function formatProblem({ name, met, from, message }: Problem): string {
  const value = met === undefined ? "" : ` = ${met}`;
  return `${name}${value}${from ? ` (${from})` : ""}: ${message}`;
}
