export interface Fault {
  /** What is wrong. */
  sentence: string;
  /** Pages of the file are damaged: no repair writes to it, because that could damage more. */
  inPages?: boolean;
  /** Puts it right, in one or several transactions, and says what was done. Missing where nothing can be done. */
  repair?: () => string;
}
