/** A learning curve as it is plotted: against what, how smooth, as a path. */
import type { Across, DrawnCurve } from './curve-source.js';

export interface PlottedCurve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Before smoothing. */
  readonly raw: Float64Array;
}

/**
 * Leaves out what has no value and smooths: an exponential moving average with `smoothing` as its weight of the past,
 * divided by what its weights sum to so far (Kingma and Ba 2015), so that the first values are not drawn to zero.
 */
export function plottedCurve(
  curve: DrawnCurve,
  across: Across,
  smoothing: number,
  ofError = false,
): PlottedCurve {
  const kept: number[] = [];
  for (let i = 0; i < curve.values.length; i++)
    if (Number.isFinite(curve.values[i]) && Number.isFinite(curve[across][i])) kept.push(i);
  const x = Float64Array.from(kept, (i) => curve[across][i]!);
  const raw = Float64Array.from(kept, (i) => curve.values[i]!);
  // A share of exactly 1 has no place on a logarithmic scale of what is missing.
  const shown = ofError ? raw.map((value) => Math.max(1e-5, 1 - value)) : raw;
  if (smoothing === 0) return { x, y: shown, raw };
  let average = 0;
  let weight = 0;
  const y = shown.map((value) => {
    average = smoothing * average + (1 - smoothing) * value;
    weight = smoothing * weight + (1 - smoothing);
    return average / weight;
  });
  return { x, y, raw };
}

const few = 12;

/** The scale that shows how good runs end: the first steps of a bad start may leave the picture, and of many runs the worst. */
export function valueRange(
  curves: readonly PlottedCurve[],
  isShare: boolean,
  log: boolean,
): [number, number] {
  const values = curves.flatMap(({ y }) => [...y]).filter((value) => !log || value > 0);
  if (values.length === 0) return log ? [0.1, 1] : [0, 1];
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  let [low, high] = [values[0]!, values.at(-1)!];
  // Of few runs each is to be seen at least where it ends.
  const ends = curves.length > few ? [] : curves.flatMap(({ y }) => y.at(-1) ?? []);
  if (!log && isShare) low = Math.min(Math.max(low, at(0.1)), ...ends);
  if (!log && !isShare) high = Math.max(Math.min(high, at(0.97)), ...ends);
  if (log) return low === high ? [low / 2, high * 2] : [low / 1.1, high * 1.1];
  const pad = (high - low || Math.abs(high) || 1) * 0.05;
  return [
    isShare ? Math.max(0, low - pad) : low >= 0 ? Math.max(0, low - pad) : low - pad,
    isShare ? Math.min(1, high + pad) : high + pad,
  ];
}

interface Scale {
  valToPos(value: number, axis: 'x' | 'y', inCanvasPixels: boolean): number;
}

/** Adds the curve to a path, every `stride`th point and the last; returns where it ends. */
export function pathOf(
  path: Path2D,
  { x, y }: PlottedCurve,
  scale: Scale,
  stride: number,
): [number, number] | undefined {
  let end: [number, number] | undefined;
  const last = x.length - 1;
  for (let i = 0; i <= last; i = i === last ? last + 1 : Math.min(last, i + stride)) {
    end = [scale.valToPos(x[i]!, 'x', true), scale.valToPos(y[i]!, 'y', true)];
    if (i === 0) path.moveTo(...end);
    else path.lineTo(...end);
  }
  return end;
}
