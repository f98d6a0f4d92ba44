/** One setting against the objective: every run a point, and the line that runs through their middle. */
import { settingScale } from './setting-scale.js';
import type { VaryingSetting } from './varying-settings.js';

export interface SlicePoint {
  /** Index of the run. */
  readonly run: number;
  /** The setting's number, or the index of its category. */
  readonly x: number;
  readonly y: number;
}

export interface SliceCategory {
  readonly name: string;
  readonly count: number;
  readonly quartiles: readonly [lower: number, median: number, upper: number];
}

export interface Slice {
  readonly setting: VaryingSetting;
  /** By x. */
  readonly points: readonly SlicePoint[];
  /** Of numbers: the running median at up to 25 places; empty with fewer than 5 points. */
  readonly line: readonly { readonly x: number; readonly y: number }[];
  /** Of categories: each with its points' quartiles, in the order of the categories; those without a point are left out. */
  readonly categories: readonly SliceCategory[];
}

const places = 25;
const leastPoints = 5;
/** Of the points, how many each place of the line looks at. */
const nearestShare = 0.35;

/** @param objective each run's value, in the order of the setting's; null: no result */
export function sliceOf(setting: VaryingSetting, objective: readonly (number | null)[]): Slice {
  const points = setting.values
    .flatMap((x, run) => {
      const y = objective[run] ?? null;
      return x === null || y === null ? [] : [{ run, x, y }];
    })
    .sort((a, b) => a.x - b.x || a.run - b.run);
  if (setting.kind !== 'category')
    return { setting, points, line: medianLine(setting, points), categories: [] };
  const categories = setting.categories.flatMap((name, index) => {
    const inside = points.filter(({ x }) => x === index).map(({ y }) => ({ value: y, weight: 1 }));
    if (inside.length === 0) return [];
    const quartiles = [0.25, 0.5, 0.75].map((share) => weightedQuantile(inside, share));
    return [{ name, count: inside.length, quartiles: quartiles as [number, number, number] }];
  });
  return { setting, points, line: [], categories };
}

/**
 * At each place the median of the nearest third or so of the points, nearer ones weighing more (Cleveland's tricube weights,
 * 1979, with the median in place of the fit, so that runs that went wrong altogether do not bend it).
 */
function medianLine(setting: VaryingSetting, points: readonly SlicePoint[]): Slice['line'] {
  if (points.length < leastPoints) return [];
  const scale = settingScale(setting);
  const units = points.map(({ x }) => scale.toUnit(x));
  const nearest = Math.max(leastPoints, Math.ceil(points.length * nearestShare));
  const [first, last] = [units[0]!, units.at(-1)!];
  if (first === last) return [];
  let from = 0;
  return Array.from({ length: places }, (_, i) => {
    const at = first + ((last - first) * i) / (places - 1);
    // Points are in order, so that the nearest lie side by side, and farther on for a place farther on.
    while (from + nearest < units.length && units[from + nearest]! - at < at - units[from]!) from++;
    // Just beyond the farthest of them, so that it still has some weight, as all have where they lie on one place.
    const reach = Math.max(at - units[from]!, units[from + nearest - 1]! - at) * 1.001 + 1e-9;
    // All that lie so near, for many runs may share a value.
    let [low, high] = [from, from + nearest];
    while (low > 0 && at - units[low - 1]! < reach) low--;
    while (high < units.length && units[high]! - at < reach) high++;
    const weighted = points.slice(low, high).map(({ y }, k) => ({
      value: y,
      weight: (1 - (Math.abs(units[low + k]! - at) / reach) ** 3) ** 3,
    }));
    return { x: scale.fromUnit(at), y: weightedQuantile(weighted, 0.5) };
  });
}

/**
 * The value at which the weights below reach the share, between two values where it falls between the middles of their
 * weights; of equal weights and a half it is the ordinary median.
 */
function weightedQuantile(
  values: readonly { readonly value: number; readonly weight: number }[],
  share: number,
): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  let previous: { value: number; middle: number } | undefined;
  for (const { value, weight } of sorted) {
    const middle = (below + weight / 2) / total;
    if (middle >= share) {
      if (previous === undefined) return value;
      const part = (share - previous.middle) / (middle - previous.middle);
      return previous.value + (value - previous.value) * part;
    }
    previous = { value, middle };
    below += weight;
  }
  return sorted.at(-1)!.value;
}
