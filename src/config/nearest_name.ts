/** Which known name a person meant by one that nobody knows. */

/** The known name with the fewest slips from `name` for its length, and their number. `known` is not empty. */
export function nearestName(name: string, known: readonly string[]): { name: string; slips: number } {
  return known
    .map((candidate) => ({ name: candidate, slips: slips(name, candidate) }))
    .reduce((best, candidate) => (share(candidate) < share(best) ? candidate : best));
}

function share({ name, slips }: { name: string; slips: number }): number {
  return slips / name.length;
}

/** How many letters must be added, left out, changed or swapped with their neighbour to make `b` of `a`. */
export function slips(a: string, b: string): number {
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
