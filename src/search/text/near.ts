/** Words that differ from another by one typing mistake. */

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];

/** The words at a distance of one letter or digit: one more, one less, another one, or two in the other order. */
export function wordsNear(word: string): string[] {
  const near = new Set<string>();
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    for (const letter of LETTERS) near.add(before + letter + after);
    if (after === "") continue;
    near.add(before + after.slice(1));
    for (const letter of LETTERS) near.add(before + letter + after.slice(1));
    if (after.length > 1) near.add(before + after[1] + after[0] + after.slice(2));
  }
  near.delete(word);
  return [...near];
}
