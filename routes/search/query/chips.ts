/** The parts of a search as chips. */
import { printSearch } from "../../../src/search/language/print.ts";
import type { Search } from "../../../src/search/language/tree.ts";
import { addressOf } from "./fields.ts";

export interface Chip {
  text: string;
  /** The address of the search without the part. */
  without: string;
}

/** @param address of a search */
export function chipsOf(search: Search, address: (search: Search) => string = addressOf): Chip[] {
  return search.map((part) => ({
    text: printSearch([part]),
    without: address(search.filter((other) => other !== part)),
  }));
}
