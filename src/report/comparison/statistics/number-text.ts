/** Numbers that are written as texts: a setting with few different numbers is a category, and yet 0.25 lies below 0.5. */

/** The number that all of a text is: `0.001`, `1e-3`; NaN of any other text. */
export function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

/** Of two texts: numbers by their size, before all others, which `compareOthers` puts in order. */
export function bySize(a: string, b: string, compareOthers: (a: string, b: string) => number): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(x) && Number.isNaN(y)) return compareOthers(a, b);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  // Infinity less itself is no number.
  return x === y ? 0 : x - y;
}
