/**
 * A parameter as a Parzen estimator sees it: a choice, or a number laid on a scale where the whole range has the length
 * 1 (logarithmic where the parameter is). Integers and quantized numbers are cells of that scale.
 */
import type { Distribution } from '../../config/checked-sweep.js';
import { quantizedCount, quantizedValue } from './unit-value.js';

export interface ChoiceDimension {
  readonly kind: 'choice';
  readonly count: number;
}

export interface NumberDimension {
  readonly kind: 'number';
  /** Whether coordinates end at 0 and 1; a normal parameter's don't. */
  readonly bounded: boolean;
  coordinate(value: number): number;
  /** The value at, or for cells around, a coordinate; one outside [0, 1] is taken as the nearer end. */
  value(coordinate: number): number;
  /** Where the cell of a value begins and ends; absent: every number is a value. */
  readonly cell?: ((value: number) => readonly [number, number]) | undefined;
}

export type Dimension = ChoiceDimension | NumberDimension;

/** The prior of a bounded dimension is uniform; this is its standard deviation, which a normal's prior is given, too. */
export const priorDeviation = Math.sqrt(1 / 12);

export function dimensionOf(distribution: Distribution): Dimension {
  switch (distribution.kind) {
    case 'choice':
      return { kind: 'choice', count: distribution.count };
    case 'uniform':
      return range(
        distribution,
        distribution,
        (x) => x,
        (x) => x,
      );
    case 'logUniform':
      return range(distribution, distribution, Math.log, Math.exp);
    case 'int':
      return cells(
        distribution,
        0.5,
        (x) => x,
        (x) => x,
        Math.round,
      );
    case 'logInt':
      return cells(distribution, 0.5, Math.log, Math.exp, Math.round);
    case 'quantized': {
      const { low, step } = distribution;
      const high = low + (quantizedCount(distribution) - 1) * step;
      const snap = (x: number): number => quantizedValue(distribution, Math.round((x - low) / step));
      return cells(
        { low, high },
        step / 2,
        (x) => x,
        (x) => x,
        snap,
      );
    }
    case 'normal': {
      const scale = priorDeviation / distribution.deviation;
      return {
        kind: 'number',
        bounded: false,
        coordinate: (value) => 0.5 + (value - distribution.mean) * scale,
        value: (coordinate) => distribution.mean + (coordinate - 0.5) / scale,
      };
    }
  }
}

interface Range {
  readonly low: number;
  readonly high: number;
}
type Curve = (x: number) => number;

/** `values` are clamped; `scale`, which may be wider, is what has the length 1. */
function range(values: Range, scale: Range, bend: Curve, unbend: Curve): NumberDimension {
  const low = bend(scale.low);
  const width = bend(scale.high) - low;
  return {
    kind: 'number',
    bounded: true,
    coordinate: (value) => (width > 0 ? (bend(value) - low) / width : 0.5),
    value: (coordinate) => Math.min(Math.max(unbend(low + coordinate * width), values.low), values.high),
  };
}

/** Cells reach `half` to either side of their values, the outermost ones, too. */
function cells(values: Range, half: number, bend: Curve, unbend: Curve, snap: Curve): NumberDimension {
  const scale = { low: values.low - half, high: values.high + half };
  const whole = range(values, scale, bend, unbend);
  return {
    ...whole,
    value: (coordinate) => Math.min(Math.max(snap(whole.value(coordinate)), values.low), values.high),
    cell: (value) => [whole.coordinate(value - half), whole.coordinate(value + half)],
  };
}
