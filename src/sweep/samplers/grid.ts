/**
 * The grid sampler: every combination of the parameters' values once, the first parameter changing slowest; where
 * conditions hold only, so that none is tried twice. A draw's point is found by counting what lies below each value:
 * no grid is ever written out.
 */
import type { SearchSpace } from '../../config/checked-sweep.js';
import { isPresent } from '../../config/sweep/points.js';
import { gridAxis } from './grid-axis.js';
import type { Sampler, SamplerContext } from './sampler.js';
import type { GrowingPoint } from './walk-space.js';

export interface GridSettings {
  /** Values taken of each continuous parameter, at least 1. */
  readonly steps: number;
}

export function gridSampler({ steps }: GridSettings, { space }: Pick<SamplerContext, 'space'>): Sampler {
  const grid = new Grid(space, steps);
  return {
    name: 'grid',
    size: grid.size,
    propose: ({ draw }) => (draw < grid.size ? grid.point(draw) : undefined),
  };
}

class Grid {
  /** Above 2^53 as near as a number can say. */
  readonly size: number;
  readonly #parameters: SearchSpace['parameters'];
  readonly #axes;
  /** For each position, the earlier parameters that conditions from there on look at. */
  readonly #watched: readonly (readonly string[])[];
  readonly #counts = new Map<string, number>();

  constructor(space: SearchSpace, steps: number) {
    this.#parameters = space.parameters;
    this.#axes = space.parameters.map(({ distribution }) => gridAxis(distribution, steps));
    this.#watched = space.parameters.map((_, position) => {
      const earlier = new Set(space.parameters.slice(0, position).map(({ id }) => id));
      const named = space.parameters
        .slice(position)
        .flatMap(({ when }) => when.map(({ parameter }) => parameter));
      return [...new Set(named)].filter((id) => earlier.has(id));
    });
    this.size = this.#count(0, {});
  }

  point(draw: number): GrowingPoint {
    const point: GrowingPoint = {};
    let rest = draw;
    this.#parameters.forEach((parameter, position) => {
      if (!isPresent(parameter, point)) return;
      const axis = this.#axes[position]!;
      if (!this.#decides(position)) {
        const below = this.#count(position + 1, point);
        const index = Math.floor(rest / below);
        point[parameter.id] = axis.value(index);
        rest -= index * below;
        return;
      }
      for (let index = 0; index < axis.count; index++) {
        point[parameter.id] = axis.value(index);
        const below = this.#count(position + 1, point);
        if (rest < below) return;
        rest -= below;
      }
    });
    return point;
  }

  /** Whether a later condition looks at the parameter here. */
  #decides(position: number): boolean {
    return this.#watched[position + 1]?.includes(this.#parameters[position]!.id) === true;
  }

  /** How many combinations there are of the parameters from a position on, given those before it. */
  #count(position: number, point: GrowingPoint): number {
    const parameter = this.#parameters[position];
    if (parameter === undefined) return 1;
    const key = JSON.stringify([position, ...this.#watched[position]!.map((id) => point[id] ?? null)]);
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const axis = this.#axes[position]!;
    let count = 0;
    if (!isPresent(parameter, point)) count = this.#count(position + 1, point);
    else if (!this.#decides(position)) count = axis.count * this.#count(position + 1, point);
    else {
      for (let index = 0; index < axis.count; index++) {
        count += this.#count(position + 1, { ...point, [parameter.id]: axis.value(index) });
      }
    }
    this.#counts.set(key, count);
    return count;
  }
}
