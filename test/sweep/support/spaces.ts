/** Spaces that the tests of samplers search, and how often a sampler is asked in them. */
import type {
  Condition,
  Distribution,
  Parameter,
  Point,
  SearchSpace,
} from '../../../src/config/checked-sweep.js';
import type { SampledTrial, Sampler } from '../../../src/sweep/samplers/sampler.js';

export function parameter(
  id: string,
  distribution: Distribution,
  when: readonly Condition[] = [],
): Parameter {
  return { id, path: id, distribution, when };
}

/** As many uniform parameters x1, x2, … */
export function box(dimensions: number, low = 0, high = 1): SearchSpace {
  return {
    parameters: Array.from({ length: dimensions }, (_, i) =>
      parameter(`x${i + 1}`, { kind: 'uniform', low, high }),
    ),
  };
}

/** Every kind of distribution, conditions, and a condition below a condition. */
export const everything: SearchSpace = {
  parameters: [
    parameter('network', { kind: 'choice', count: 3 }),
    parameter('depth', { kind: 'int', low: 1, high: 4 }, [{ parameter: 'network', choice: 1 }]),
    parameter('width', { kind: 'logInt', low: 8, high: 256 }, [{ parameter: 'network', choice: 1 }]),
    parameter('pooling', { kind: 'choice', count: 2 }, [{ parameter: 'network', choice: 2 }]),
    parameter('window', { kind: 'int', low: 2, high: 3 }, [{ parameter: 'pooling', choice: 1 }]),
    parameter('dropout', { kind: 'quantized', low: 0, high: 0.6, step: 0.1 }),
    parameter('rate', { kind: 'logUniform', low: 1e-4, high: 1 }),
    parameter('momentum', { kind: 'uniform', low: 0, high: 1 }),
    parameter('shift', { kind: 'normal', mean: 3, deviation: 2 }),
    parameter('fixed', { kind: 'choice', count: 1 }),
  ],
};

/** What is wrong with a point of a space; nothing where it is whole. */
export function faults(space: SearchSpace, point: Point): string[] {
  const wrong: string[] = [];
  const known = new Set(space.parameters.map(({ id }) => id));
  for (const id of Object.keys(point)) if (!known.has(id)) wrong.push(`${id} is no parameter`);
  for (const { id, distribution, when } of space.parameters) {
    const there = when.every((condition) => point[condition.parameter] === condition.choice);
    const value = point[id];
    if (there !== (value !== undefined)) wrong.push(`${id} is ${there ? 'missing' : 'there'}`);
    if (value !== undefined && !inside(distribution, value)) wrong.push(`${id} is ${value}`);
  }
  return wrong;
}

function inside(distribution: Distribution, value: number): boolean {
  switch (distribution.kind) {
    case 'choice':
      return Number.isInteger(value) && value >= 0 && value < distribution.count;
    case 'int':
    case 'logInt':
      return Number.isInteger(value) && value >= distribution.low && value <= distribution.high;
    case 'uniform':
    case 'logUniform':
      return value >= distribution.low && value <= distribution.high;
    case 'quantized': {
      const steps = (value - distribution.low) / distribution.step;
      const clean = value === Number(value.toFixed(10));
      return (
        clean &&
        Math.abs(steps - Math.round(steps)) < 1e-9 &&
        value >= distribution.low &&
        value <= distribution.high
      );
    }
    case 'normal':
      return Number.isFinite(value);
  }
}

/** Asks for point after point and tells what each is worth; `trials` at most. */
export function search(
  sampler: Sampler,
  trials: number,
  values: (point: Point, number: number) => readonly number[],
): SampledTrial[] {
  const done: SampledTrial[] = [];
  for (let number = 0; number < trials; number++) {
    const point = sampler.propose({ draw: number, trials: done });
    if (point === undefined) break;
    done.push({ number, point, state: 'done', values: values(point, number) });
  }
  return done;
}
