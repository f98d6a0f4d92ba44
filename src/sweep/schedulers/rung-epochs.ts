/** At which epochs successive halving compares trials. Owns the arithmetic alone. */

/**
 * Epochs of the rungs, ascending: `minEpochs · reduction^k`, below `maxEpochs`. Where `maxEpochs` is no such number, a
 * rung nearer to it than √reduction is left out: to stop there would save next to nothing. Empty: nothing to compare.
 */
export function rungEpochs(minEpochs: number, reduction: number, maxEpochs: number): readonly number[] {
  const epochs: number[] = [];
  for (let epoch = minEpochs; epoch * Math.sqrt(reduction) <= maxEpochs; epoch *= reduction) {
    epochs.push(Math.round(epoch));
  }
  return epochs;
}
