/** Which points no other dominates, all values to be made small. Knows nothing of trials, runs or goals. */

type Values = readonly number[];

/**
 * Indices of those candidates that no other candidate dominates, in lexicographic order of their values. Equal points stand
 * side by side, the lower index first; NaN counts as the worst there is.
 * @param candidates indices into `points`; default: all
 */
export function nondominated(
  points: readonly Values[],
  candidates: readonly number[] = points.map((_, index) => index),
): readonly number[] {
  // In lexicographic order nobody is dominated by a later one, so that comparing with the front so far is enough.
  const sorted = [...candidates].sort((a, b) => compareLexicographically(points[a]!, points[b]!) || a - b);
  const front: number[] = [];
  for (const index of sorted) {
    if (!front.some((other) => dominates(points[other]!, points[index]!))) front.push(index);
  }
  return front;
}

function worstIfNaN(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

function compareLexicographically(a: Values, b: Values): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [worstIfNaN(a[i]!), worstIfNaN(b[i]!)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** No worse in any, better in one. */
function dominates(a: Values, b: Values): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [worstIfNaN(a[i]!), worstIfNaN(b[i]!)];
    if (x > y) return false;
    if (x < y) better = true;
  }
  return better;
}
