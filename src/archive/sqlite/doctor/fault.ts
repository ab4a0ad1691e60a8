export interface Fault {
  /** What is wrong. */
  sentence: string;
  /** Puts it right, in one or several transactions, and says what was done. Missing where nothing can be done. */
  repair?: () => string;
}
