/** Shows names that lead round in a circle. */

const mostNames = 12;

/** `a → b → a`; a long one is shortened in its middle. */
export function describeRing(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(' → ');
  const half = mostNames / 2;
  return [...names.slice(0, half), `… ${names.length - mostNames} more …`, ...names.slice(-half)].join(' → ');
}
