/** What is wrong with the settings, told so that a person can put it right. */

export interface Problem {
  /** A setting's name, or `path:line` of the env file. */
  name: string;
  /** The value met as `echo` shows it; `undefined` where there is none to be shown. */
  met?: string;
  /** Where the value came from. */
  from?: string;
  /** What is wrong, and what would be right. */
  message: string;
}

/** Stands for a secret wherever its value would be shown. */
export const HIDDEN = "(hidden)";

/** One problem as one line. */
export function formatProblem({ name, met, from, message }: Problem): string {
  const value = met === undefined ? "" : ` = ${met}`;
  return `${name}${value}${from ? ` (${from})` : ""}: ${message}`;
}
