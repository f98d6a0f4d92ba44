/** Curves of the running trials as one small drawing, in the coordinates of its SVG. */
import type { LivePoints } from '../../tracking/live/live-trials.js';
import { shownNumber } from './words.js';

export interface SmallCurves {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly { readonly path: string; readonly place: number; readonly trial: number }[];
  readonly metric: string;
  readonly low: string;
  readonly high: string;
  readonly lastEpoch: number;
}

const width = 600;
const height = 120;
const margin = 4;

/** Nothing while no curve has two points. */
export function smallCurves(
  metric: string,
  curves: readonly { readonly trial: number; readonly points: LivePoints }[],
): SmallCurves | null {
  const finite = curves
    .map(({ trial, points }) => ({
      trial,
      points: points.epochs.flatMap((epoch, i) => {
        const value = points.values[i] ?? null;
        return value === null ? [] : [{ epoch, value }];
      }),
    }))
    .filter(({ points }) => points.length > 1);
  const all = finite.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const values = all.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const epochs = all.map(({ epoch }) => epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const x = (epoch: number): number =>
    margin + ((epoch - first) / Math.max(1, last - first)) * (width - 2 * margin);
  const y = (value: number): number =>
    high === low ? height / 2 : height - margin - ((value - low) / (high - low)) * (height - 2 * margin);
  return {
    ...{ width, height, metric, lastEpoch: last, low: shownNumber(low), high: shownNumber(high) },
    lines: finite.map(({ trial, points }, i) => ({
      trial,
      place: i % 4,
      path: points
        .map(({ epoch, value }, at) => `${at === 0 ? 'M' : 'L'}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`)
        .join(''),
    })),
  };
}
