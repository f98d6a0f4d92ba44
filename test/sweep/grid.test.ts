import { describe, expect, it } from 'vitest';
import type { Point, SearchSpace } from '../../src/config/checked-sweep.js';
import { gridSampler } from '../../src/sweep/samplers/grid.js';
import { faults, parameter } from './support/spaces.js';

function all(space: SearchSpace, steps: number): Point[] {
  const sampler = gridSampler({ steps }, { space });
  const points: Point[] = [];
  for (let draw = 0; ; draw++) {
    const point = sampler.propose({ draw, trials: [] });
    if (point === undefined) break;
    points.push(point);
  }
  expect(points).toHaveLength(sampler.size!);
  return points;
}

describe('a grid', () => {
  it('goes through all combinations, the first parameter slowest', () => {
    const space: SearchSpace = {
      parameters: [
        parameter('a', { kind: 'choice', count: 2 }),
        parameter('b', { kind: 'int', low: 3, high: 4 }),
        parameter('c', { kind: 'quantized', low: 0, high: 0.3, step: 0.1 }),
      ],
    };
    expect(all(space, 5).map(({ a, b, c }) => [a, b, c])).toEqual(
      [0, 1].flatMap((a) => [3, 4].flatMap((b) => [0, 0.1, 0.2, 0.3].map((c) => [a, b, c]))),
    );
  });

  it('takes steps of what is continuous, with both ends, evenly on its own scale', () => {
    const values = (distribution: Parameters<typeof parameter>[1], steps: number): number[] =>
      all({ parameters: [parameter('x', distribution)] }, steps).map(({ x }) => x!);
    expect(values({ kind: 'uniform', low: -1, high: 3 }, 5)).toEqual([-1, 0, 1, 2, 3]);
    expect(values({ kind: 'uniform', low: -1, high: 3 }, 1)).toEqual([1]);
    const logarithmic = values({ kind: 'logUniform', low: 1e-4, high: 1 }, 5);
    expect([logarithmic[0], logarithmic[4]]).toEqual([1e-4, 1]);
    [1e-3, 1e-2, 1e-1].forEach((value, i) => expect(logarithmic[i + 1]).toBeCloseTo(value, 12));
    expect(values({ kind: 'logInt', low: 1, high: 100 }, 5)).toEqual([1, 3, 10, 32, 100]);
    expect(values({ kind: 'logInt', low: 1, high: 4 }, 5)).toEqual([1, 2, 3, 4]);
    expect(values({ kind: 'logInt', low: 1, high: 10 }, 8)).toEqual([1, 2, 3, 4, 5, 7, 10]);
    const normal = values({ kind: 'normal', mean: 5, deviation: 2 }, 3);
    expect(normal[1]).toBeCloseTo(5, 12);
    expect(normal[2]! - 5).toBeCloseTo(5 - normal[0]!, 12);
    expect(normal[2]).toBeCloseTo(5 + 2 * 0.967421566101701, 10);
  });

  it('holds each point of a conditional space once', () => {
    const space: SearchSpace = {
      parameters: [
        parameter('network', { kind: 'choice', count: 3 }),
        parameter('depth', { kind: 'int', low: 1, high: 4 }, [{ parameter: 'network', choice: 1 }]),
        parameter('pooling', { kind: 'choice', count: 2 }, [{ parameter: 'network', choice: 2 }]),
        parameter('window', { kind: 'int', low: 2, high: 4 }, [{ parameter: 'pooling', choice: 1 }]),
        parameter('optimizer', { kind: 'choice', count: 2 }),
      ],
    };
    const points = all(space, 5);
    // One network alone, four depths, and pooling without and with three windows; each with two optimizers.
    expect(points).toHaveLength((1 + 4 + 1 + 3) * 2);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
    for (const point of points) expect(faults(space, point)).toEqual([]);
    expect(points.slice(0, 4)).toEqual([
      { network: 0, optimizer: 0 },
      { network: 0, optimizer: 1 },
      { network: 1, depth: 1, optimizer: 0 },
      { network: 1, depth: 1, optimizer: 1 },
    ]);
  });

  it('of more points than fit in memory is counted and entered anywhere', () => {
    const space: SearchSpace = {
      parameters: Array.from({ length: 40 }, (_, i) => [
        parameter(`choice${i}`, { kind: 'choice', count: 3 }),
        parameter(`rate${i}`, { kind: 'uniform', low: 0, high: 1 }, [{ parameter: `choice${i}`, choice: 1 }]),
      ]).flat(),
    };
    const sampler = gridSampler({ steps: 5 }, { space });
    expect(sampler.size! / 7 ** 40).toBeCloseTo(1, 10);
    // The last digits, base 7: 2 + 7 × 6, the second last at its last value and the last one at rate 0.25.
    const point = sampler.propose({ draw: 2 + 7 * 6, trials: [] })!;
    expect(faults(space, point)).toEqual([]);
    expect([point['choice38'], point['rate38']]).toEqual([2, undefined]);
    expect([point['choice39'], point['rate39']]).toEqual([1, 0.25]);
    expect(point['choice37']).toBe(0);
  });
});
