/** One changed value: what a step of evolution does to a parameter. */
import type { Distribution } from '../../config/checked-sweep.js';
import type { RandomStream } from '../../core/random.js';
import { dimensionOf } from './dimension.js';

/** Standard deviation of a step, as a share of the range (of its logarithm, for a logarithmic parameter). */
const stepSize = 0.15;

/** Another value: any other choice, evenly; of a number, one nearby. The distribution must hold this one and more. */
export function mutatedValue(distribution: Distribution, value: number, random: RandomStream): number {
  const dimension = dimensionOf(distribution);
  if (dimension.kind === 'choice') {
    const other = random.integer(dimension.count - 1);
    return other < value ? other : other + 1;
  }
  const from = dimension.coordinate(value);
  for (;;) {
    const to = from + stepSize * random.normal();
    if (dimension.bounded && (to < 0 || to > 1)) continue;
    const changed = dimension.value(to);
    if (changed !== value) return changed;
  }
}
