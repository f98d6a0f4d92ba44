/** Numbers of rounds: medians, spreads, ratios, and the order of turns. Pure. */

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  if (values.length === 0) throw new RangeError('expected values to have a median of, got none');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => [Math.min(...values), Math.max(...values)];

/** How much larger the median of the one is than that of the other, and the least and the largest ratio of one round. */
export function ratioOf(ours, theirs) {
  const rounds = ours.flatMap((value, round) => (theirs[round] === undefined ? [] : [value / theirs[round]]));
  const [least, most] = spread(rounds);
  return { medians: median(ours) / median(theirs), least, most };
}

/** Who has which turn: A B C, A B C, … so that what the machine does in the meantime meets all alike. */
export function* turns(rounds, contestants) {
  for (let round = 0; round < rounds; round++)
    for (const contestant of contestants) yield { round, contestant };
}
