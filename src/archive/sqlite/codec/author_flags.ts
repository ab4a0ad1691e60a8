/**
 * `authors.flags`: nearly everybody has one of a few sections of 36 characters or more, which would be a third of the
 * row. Of these a row has the place in the list, in base 36. Any other section is kept as it is: it is empty, or has a
 * `=`, so neither is taken for the other.
 */

/** The place is stored: new ones go to the end. */
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
const PLACES = new Map(USUAL.map((flags, place) => [flags, place.toString(36)]));
const USUAL_BY_PLACE = new Map(USUAL.map((flags, place) => [place.toString(36), flags]));

export function packFlags(flags: string): string {
  return PLACES.get(flags) ?? flags;
}

export function unpackFlags(packed: string): string {
  return USUAL_BY_PLACE.get(packed) ?? packed;
}
