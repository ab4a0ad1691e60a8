/**
 * Packs `authors.flags`. Nearly all authors have one of a few tag sections of at least 36 characters, which would be a
 * third of the row. Such a section is stored as its index in a list, in base 36. Any other section is stored unchanged:
 * it is empty or contains a `=`, so it cannot be mistaken for an index.
 */

/** The archive has indexes into this list, so append only. */
const USUAL = [
  "mod=0;subscriber=0;turbo=0;user-type=",
  "mod=0;subscriber=1;turbo=0;user-type=",
  "mod=1;subscriber=0;turbo=0;user-type=mod",
  "mod=1;subscriber=1;turbo=0;user-type=mod",
  "mod=0;subscriber=0;turbo=1;user-type=",
  "mod=0;subscriber=1;turbo=1;user-type=",
  "mod=0;subscriber=0;turbo=0;user-type=;vip=1",
  "mod=0;subscriber=1;turbo=0;user-type=;vip=1",
  "mod=0;subscriber=0;user-type=",
  "mod=0;subscriber=1;user-type=",
  "mod=0;subscriber=0;user-type=;vip=0",
  "mod=0;subscriber=1;user-type=;vip=0",
  "mod=0;subscriber=0;user-type=;vip=1",
  "mod=0;subscriber=1;user-type=;vip=1",
];
const INDEXES = new Map(USUAL.map((flags, index) => [flags, index.toString(36)]));
const USUAL_BY_INDEX = new Map(USUAL.map((flags, index) => [index.toString(36), flags]));

export function packFlags(flags: string): string {
  return INDEXES.get(flags) ?? flags;
}

/** The inverse of {@link packFlags}. */
export function unpackFlags(packed: string): string {
  return USUAL_BY_INDEX.get(packed) ?? packed;
}
