/** Finds the known name that an unknown name probably means. */

/**
 * The known name with the fewest edits per letter from `name`, and their number. `known` must not be empty.
 */
export function nearestName(name: string, known: readonly string[]): { name: string; edits: number } {
  return known
    .map((candidate) => ({ name: candidate, edits: editDistance(name, candidate) }))
    .reduce((best, candidate) => (share(candidate) < share(best) ? candidate : best));
}

function share({ name, edits }: { name: string; edits: number }): number {
  return edits / name.length;
}

/**
 * The edit distance: letters to insert, delete, replace or swap with their neighbour to turn `a` into `b`.
 */
function editDistance(a: string, b: string): number {
  let twoAgo: number[] = [];
  let oneAgo = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(oneAgo[j]! + 1, row[j - 1]! + 1, oneAgo[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, twoAgo[j - 2]! + 1);
      }
      row.push(least);
    }
    [twoAgo, oneAgo] = [oneAgo, row];
  }
  return oneAgo[b.length]!;
}
