/** "did you mean": the known name nearest to a misspelt one. */
import { distance } from 'fastest-levenshtein';

/** The nearest of `known` within a third of the length (at least 1, at most 4 edits), or nothing. Case costs nothing. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(4, Math.max(1, Math.floor(name.length / 3))) + 1;
  for (const candidate of known) {
    const d = distance(lower, candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** The fix line of a problem about an unknown name: the nearest one, or else the list of the known. */
export function suggestName(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? 'nothing may stand here' : `known: ${[...known].sort().join(', ')}`;
}
