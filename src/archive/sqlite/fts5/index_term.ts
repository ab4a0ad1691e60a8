/** A term of the index, or the beginning of terms. */
export interface IndexTerm {
  text: string;
  prefix: boolean;
}
