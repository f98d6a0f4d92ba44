/**
 * A parameter's numbers laid on the interval [0, 1): where random, quasi-random and grid samplers take them from. Equal
 * lengths hold equal probability. Does not know of conditions; `walk-space.ts` does.
 */
import type { Distribution } from '../../config/checked-sweep.js';
import { normalQuantile } from '../../core/normal-distribution.js';

/** low, low + step, … without the digits that adding binary fractions leaves behind (0.30000000000000004). */
export function quantizedValue(
  distribution: Extract<Distribution, { kind: 'quantized' }>,
  index: number,
): number {
  return Number((distribution.low + index * distribution.step).toPrecision(12));
}

/** How many values there are from low to high, both included. */
export function quantizedCount(distribution: Extract<Distribution, { kind: 'quantized' }>): number {
  // A range of 0.3 in steps of 0.1 is 2.9999999999999996 steps long.
  return Math.floor((distribution.high - distribution.low) / distribution.step + 1e-9) + 1;
}

/** The value below which lies the share `unit` of the distribution's probability; `unit` in [0, 1). */
export function valueAt(distribution: Distribution, unit: number): number {
  switch (distribution.kind) {
    case 'choice':
      return Math.floor(unit * distribution.count);
    case 'uniform':
      return clamp(distribution.low + unit * (distribution.high - distribution.low), distribution);
    case 'logUniform': {
      const low = Math.log(distribution.low);
      return clamp(Math.exp(low + unit * (Math.log(distribution.high) - low)), distribution);
    }
    case 'int':
      return distribution.low + Math.floor(unit * (distribution.high - distribution.low + 1));
    case 'logInt': {
      // The outermost integers get as much room on their outer side as on the inner one.
      const low = Math.log(distribution.low - 0.5);
      return clamp(
        Math.round(Math.exp(low + unit * (Math.log(distribution.high + 0.5) - low))),
        distribution,
      );
    }
    case 'quantized':
      return quantizedValue(distribution, Math.floor(unit * quantizedCount(distribution)));
    case 'normal':
      return distribution.mean + distribution.deviation * normalQuantile(unit);
  }
}

/** Whether the distribution has the value; one recorded before the space was narrowed may be of it no more. */
export function fits(distribution: Distribution, value: number): boolean {
  switch (distribution.kind) {
    case 'choice':
      return value < distribution.count;
    case 'uniform':
    case 'logUniform':
    case 'int':
    case 'logInt':
      return value >= distribution.low && value <= distribution.high;
    case 'quantized':
      return (
        value === quantizedValue(distribution, Math.round((value - distribution.low) / distribution.step)) &&
        value >= distribution.low &&
        value <= distribution.high
      );
    case 'normal':
      return true;
  }
}

function clamp(value: number, range: { readonly low: number; readonly high: number }): number {
  return Math.min(Math.max(value, range.low), range.high);
}
