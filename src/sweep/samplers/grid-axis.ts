/** The values that a grid takes of one parameter. */
import type { Distribution } from '../../config/checked-sweep.js';
import { quantizedCount, quantizedValue, valueAt } from './unit-value.js';

export interface GridAxis {
  readonly count: number;
  value(index: number): number;
}

/**
 * Every value of a choice, an integer or a quantized number; `steps` values of the others, evenly over the range with
 * both ends (on the logarithmic scale for a logarithmic one, over the probability for a normal one).
 */
export function gridAxis(distribution: Distribution, steps: number): GridAxis {
  switch (distribution.kind) {
    case 'choice':
      return { count: distribution.count, value: (index) => index };
    case 'int':
      return { count: distribution.high - distribution.low + 1, value: (index) => distribution.low + index };
    case 'quantized':
      return { count: quantizedCount(distribution), value: (index) => quantizedValue(distribution, index) };
    case 'uniform':
    case 'logUniform':
      return spaced(distribution, steps);
    case 'logInt': {
      const { low, high } = distribution;
      if (high - low + 1 <= steps) return { count: high - low + 1, value: (index) => low + index };
      const scale = spaced({ kind: 'logUniform', low, high }, steps);
      const values = [
        ...new Set(Array.from({ length: scale.count }, (_, index) => Math.round(scale.value(index)))),
      ];
      return { count: values.length, value: (index) => values[index]! };
    }
    case 'normal':
      return { count: steps, value: (index) => valueAt(distribution, (index + 0.5) / steps) };
  }
}

function spaced(
  distribution: Extract<Distribution, { kind: 'uniform' | 'logUniform' }>,
  steps: number,
): GridAxis {
  const { low, high } = distribution;
  if (low === high) return { count: 1, value: () => low };
  // One step alone is the middle. The ends are given as they were written, without rounding.
  if (steps === 1) return { count: 1, value: () => valueAt(distribution, 0.5) };
  return {
    count: steps,
    value: (index) =>
      index === 0 ? low : index === steps - 1 ? high : valueAt(distribution, index / (steps - 1)),
  };
}
