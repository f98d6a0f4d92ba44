/** Two settings against the objective: a grid of what runs near each place came to. */
import { settingScale } from './setting-scale.js';
import type { VaryingSetting } from './varying-settings.js';

export interface ContourAxis {
  readonly setting: VaryingSetting;
  /** Where the grid's columns or rows lie: numbers, or indices of the categories. */
  readonly places: readonly number[];
}

export interface Contour {
  readonly x: ContourAxis;
  readonly y: ContourAxis;
  /** Row by row, y upwards from its lowest place; null where no run lies near. */
  readonly values: readonly (number | null)[];
  readonly points: readonly {
    readonly run: number;
    readonly x: number;
    readonly y: number;
    readonly value: number;
  }[];
}

const defaultSize = 24;
/** Kernels' weight below which a place counts as empty: that of one run at two bandwidths' distance. */
const leastWeight = Math.exp(-2);
/** A narrower kernel than this, in units of the axis, would draw each run by itself; a wider one draws nothing. */
const [narrowest, widest] = [0.04, 0.25];

/**
 * A local mean with normal kernels (Nadaraya 1964, Watson 1964), in units of the axes, bandwidths by Scott's rule for two
 * dimensions (deviation times n^(-1/6), Scott 1992). Categories are not smoothed over.
 * @param objective each run's value, in the order of the settings'; null: no result
 * @param size columns and rows of the grid where an axis is of numbers
 * @returns nothing with fewer than 3 runs that have both settings and a result
 */
export function contourOf(
  x: VaryingSetting,
  y: VaryingSetting,
  objective: readonly (number | null)[],
  size = defaultSize,
): Contour | undefined {
  const points = objective.flatMap((value, run) => {
    const [atX, atY] = [x.values[run] ?? null, y.values[run] ?? null];
    return value === null || atX === null || atY === null ? [] : [{ run, x: atX, y: atY, value }];
  });
  if (points.length < 3) return undefined;
  const columns = axisOf(
    x,
    points.map((point) => point.x),
    size,
  );
  const rows = axisOf(
    y,
    points.map((point) => point.y),
    size,
  );
  const values = rows.kernels.flatMap((row) =>
    columns.kernels.map((column) => {
      let [weights, sum] = [0, 0];
      for (let k = 0; k < points.length; k++) {
        const weight = column[k]! * row[k]!;
        weights += weight;
        sum += weight * points[k]!.value;
      }
      return weights < leastWeight ? null : sum / weights;
    }),
  );
  return {
    x: { setting: x, places: columns.places },
    y: { setting: y, places: rows.places },
    values,
    points,
  };
}

interface SmoothedAxis {
  readonly places: readonly number[];
  /** For each place what each point weighs there, from 0 to 1. */
  readonly kernels: readonly Float64Array[];
}

function axisOf(setting: VaryingSetting, values: readonly number[], size: number): SmoothedAxis {
  if (setting.kind === 'category') {
    const places = setting.categories.map((_, index) => index);
    const kernels = places.map((place) => Float64Array.from(values, (value) => (value === place ? 1 : 0)));
    return { places, kernels };
  }
  const scale = settingScale(setting);
  const units = Array.from({ length: size }, (_, i) => (size === 1 ? 0.5 : i / (size - 1)));
  const at = values.map((value) => scale.toUnit(value));
  const mean = at.reduce((sum, unit) => sum + unit, 0) / at.length;
  const deviation = Math.sqrt(at.reduce((sum, unit) => sum + (unit - mean) ** 2, 0) / (at.length - 1));
  const bandwidth = Math.min(Math.max(deviation * at.length ** (-1 / 6), narrowest), widest);
  return {
    places: units.map((unit) => scale.fromUnit(unit)),
    kernels: units.map((unit) =>
      Float64Array.from(at, (point) => Math.exp(-(((point - unit) / bandwidth) ** 2) / 2)),
    ),
  };
}
