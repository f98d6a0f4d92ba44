/** From a column's values to a place between 0 (low) and 1 (high) on an axis, and back. */
import { scaleLinear, scaleLog, type ContinuousScale } from 'd3-scale';
import type { PageColumn } from '../comparison/page-data.js';
import { bySize } from '../comparison/statistics/number-text.js';
import { formatTick } from './format.js';
import { robustDomain } from './run-data.js';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface AxisScale {
  readonly column: PageColumn;
  /** By run its place from 0 to 1; NaN: has no value. */
  readonly places: Float32Array;
  readonly ticks: readonly Tick[];
  /** The value at a place; a category's is its index. */
  invert(place: number): number;
  place(value: number): number;
}

/** @param pad room at both ends, as a share of the range */
export function makeAxisScale(column: PageColumn, log: boolean, tickCount = 6, pad = 0): AxisScale {
  return column.kind === 'category'
    ? categoryScale(column)
    : numberScale(column, log && column.values.every((value) => value === null || value > 0), tickCount, pad);
}

function categoryScale(column: Extract<PageColumn, { kind: 'category' }>): AxisScale {
  const { categories } = column;
  // In the order of words or numbers, not in that of the runs.
  const asPeopleCount = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
  const order = categories
    .map((name, index) => ({ name, index }))
    .sort((a, b) => bySize(a.name, b.name, asPeopleCount));
  const rank = new Map(order.map(({ index }, place) => [index, place]));
  const place = (value: number) => ((rank.get(value) ?? 0) + 0.5) / categories.length;
  return {
    column,
    places: Float32Array.from(column.values, (value) => (value < 0 ? NaN : place(value))),
    ticks: order.map(({ name, index }) => ({ at: place(index), label: name })),
    place,
    invert: (at) =>
      order[Math.min(categories.length - 1, Math.max(0, Math.floor(at * categories.length)))]?.index ?? 0,
  };
}

function numberScale(
  column: Extract<PageColumn, { kind: 'number' }>,
  log: boolean,
  tickCount: number,
  pad: number,
): AxisScale {
  const [low, high] = robustDomain(column);
  const scale = (log && low > 0 ? scaleLog() : scaleLinear())
    .domain([low, high])
    .range([pad, 1 - pad])
    .clamp(true);
  return {
    column,
    places: Float32Array.from(column.values, (value) => (value === null ? NaN : scale(value))),
    ticks: ticksOf(scale, log && low > 0, tickCount)
      // There is no run and a half.
      .filter((value) => column.format !== 'count' || Number.isInteger(value))
      .map((value) => ({ at: scale(value), label: formatTick(value, column.format) })),
    place: (value) => scale(value),
    invert: (place) => scale.invert(place),
  };
}

/** On logarithmic axes only the powers of ten, or 1, 2 and 5 times them where these are few. */
export function ticksOf(scale: ContinuousScale, log: boolean, count: number): number[] {
  if (!log) return scale.ticks(count);
  const [low = 1, high = 1] = scale.domain();
  const span = Math.log10(high / low);
  const factors = span > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  return ticks.length >= 2 ? ticks : scale.ticks(count);
}
