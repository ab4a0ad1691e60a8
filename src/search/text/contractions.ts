/** English contractions: `don't` and `dont` find each other. */

/** Those whose form without an apostrophe is no other word (unlike `its`, `well`, `were`, `id`). */
const CONTRACTIONS = (
  "don't can't won't isn't aren't wasn't weren't doesn't didn't couldn't shouldn't wouldn't hasn't haven't hadn't " +
  "ain't i'm i've you're you've you'll you'd they're they've they'll they'd we've he's she's that's what's where's " +
  "who's there's here's how's let's y'all should've could've would've c'mon"
).split(" ");

const WITH_APOSTROPHE = new Map(CONTRACTIONS.map((word) => [word.replace("'", ""), word]));

/** The other forms of a folded word: with the apostrophe, or without it. None if it has no other form. */
export function apostropheForms(folded: string): string[] {
  const straight = folded.replaceAll("’", "'");
  const without = straight.replaceAll("'", "");
  const withApostrophe = WITH_APOSTROPHE.get(without);
  if (straight === without) return withApostrophe === undefined ? [] : [withApostrophe];
  return WITH_APOSTROPHE.get(without) === straight ? [without] : [];
}
