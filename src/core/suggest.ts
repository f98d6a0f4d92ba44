/** "did you mean": the known name nearest to a misspelt one. */
import { distance } from 'fastest-levenshtein';

/**
 * The nearest of `known` within a third of the length, rounded up (at most 4 edits), or nothing. Case costs nothing, and
 * swapped letters (`laod`) are one edit.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(4, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const edits = distance(lower, other);
    const d = edits === 2 && sortedLetters(lower) === sortedLetters(other) ? 1 : edits;
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

function sortedLetters(text: string): string {
  return Array.from(text).sort().join('');
}

/** The fix line of a problem about an unknown name: the nearest one, or else the list of the known. */
export function suggestName(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? 'nothing may stand here' : `known: ${[...known].sort().join(', ')}`;
}
