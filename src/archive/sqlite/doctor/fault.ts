/** A fault of an archive. */
export interface Fault {
  /** Describes the fault, with a full stop. */
  sentence: string;
  /** Whether pages of the file are damaged: then no repair writes to it, because that could damage more. */
  inPages?: boolean;
  /** Repairs it in one or more transactions, and returns a sentence about that. Missing if it cannot be repaired. */
  repair?: () => string;
}
