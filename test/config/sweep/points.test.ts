/** Points become assignments and come back the same; what lies outside of a space does not. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Distribution, Parameter, Point, SearchSpace } from '../../../src/config/checked-sweep.js';
import { assignmentsToPoint, isPresent, pointToAssignments } from '../../../src/config/sweep/points.js';

const parameter = (path: string, distribution: Distribution, more: Partial<Parameter> = {}): Parameter => ({
  id: path,
  path,
  distribution,
  when: [],
  ...more,
});

const space: SearchSpace = {
  parameters: [
    parameter(
      'net',
      { kind: 'choice', count: 3 },
      {
        choices: [
          { label: 'a', value: 'a.yaml' },
          { label: 'b', value: { x: 1, y: [2] } },
          { label: 'c', value: null },
        ],
      },
    ),
    parameter(
      'rate',
      { kind: 'logUniform', low: 1e-4, high: 1 },
      { id: 'a/rate', when: [{ parameter: 'net', choice: 0 }] },
    ),
    parameter(
      'rate',
      { kind: 'uniform', low: -1, high: 1 },
      { id: 'b/rate', when: [{ parameter: 'net', choice: 1 }] },
    ),
    parameter('size', { kind: 'int', low: 1, high: 9 }),
    parameter(
      'step',
      { kind: 'quantized', low: 0.1, high: 0.9, step: 0.1 },
      { when: [{ parameter: 'net', choice: 1 }] },
    ),
    parameter('noise', { kind: 'normal', mean: 0, deviation: 1 }),
    parameter('width', { kind: 'logInt', low: 8, high: 512 }),
  ],
};

function numbers({ distribution: d }: Parameter): fc.Arbitrary<number> {
  switch (d.kind) {
    case 'choice':
      return fc.nat({ max: d.count - 1 });
    case 'int':
    case 'logInt':
      return fc.integer({ min: d.low, max: d.high });
    case 'quantized':
      return fc
        .nat({ max: Math.floor((d.high - d.low) / d.step + 1e-9) })
        .map((steps) => d.low + steps * d.step);
    case 'normal':
      return fc.double({ min: -9, max: 9, noNaN: true });
    default:
      return fc.double({ min: d.low, max: d.high, noNaN: true });
  }
}

const points: fc.Arbitrary<Point> = fc.tuple(...space.parameters.map(numbers)).map((drawn) => {
  const point: Record<string, number> = {};
  space.parameters.forEach((one, index) => {
    // -0 and 0 are the same number to JSON.
    if (isPresent(one, point)) point[one.id] = drawn[index]! + 0;
  });
  return point;
});

describe('a point', () => {
  it('comes back from its assignments, also by way of JSON', () => {
    fc.assert(
      fc.property(points, (point) => {
        const { assignments } = pointToAssignments(space, point);
        expect(assignmentsToPoint(space, assignments)).toEqual(point);
        expect(
          assignmentsToPoint(space, JSON.parse(JSON.stringify(assignments)) as typeof assignments),
        ).toEqual(point);
      }),
    );
  });

  it('says what it sets, and for people in short', () => {
    const point = { net: 1, 'b/rate': 0.123456789, size: 3, step: 0.1 + 2 * 0.1, noise: 1e-7 / 3, width: 64 };
    expect(pointToAssignments(space, point)).toEqual({
      assignments: {
        net: { x: 1, y: [2] },
        rate: 0.123456789,
        size: 3,
        step: 0.3,
        noise: 1e-7 / 3,
        width: 64,
      },
      labels: { net: 'b', rate: '0.1235', size: '3', step: '0.3', noise: '3.333e-8', width: '64' },
    });
  });

  it('without a number is a bug', () => {
    expect(() => pointToAssignments(space, { net: 2 })).toThrow('the point has no number for size');
    expect(() => pointToAssignments(space, { net: 3, size: 1, noise: 0, width: 8 })).toThrow(
      'net has no choice 3',
    );
  });
});

describe('assignments that no longer fit have no point', () => {
  const fitting = { net: 'a.yaml', rate: 0.01, size: 3, noise: 5, width: 8 };

  it.each([
    ['a value outside of its range', { ...fitting, size: 10 }],
    ['a number that is not whole', { ...fitting, size: 2.5 }],
    ['a choice that is gone', { ...fitting, net: 'z.yaml' }],
    ['a text for a number', { ...fitting, width: '8' }],
    ['a value between steps', { ...fitting, net: { x: 1, y: [2] }, step: 0.35 }],
    ['a path that the space has no more', { ...fitting, other: 1 }],
    ['a path that this choice does not bring', { ...fitting, step: 0.3 }],
    ['a parameter that is new', { net: 'a.yaml', rate: 0.01, size: 3, noise: 5 }],
  ])('%s', (_, assignments) => {
    expect(assignmentsToPoint(space, fitting)).toBeDefined();
    expect(assignmentsToPoint(space, assignments)).toBeUndefined();
  });

  it('and those of a space that was widened do', () => {
    const wider = {
      parameters: space.parameters.map((one) =>
        one.id === 'size' ? { ...one, distribution: { kind: 'int', low: 0, high: 99 } as const } : one,
      ),
    };
    expect(assignmentsToPoint(wider, fitting)).toEqual({
      net: 0,
      'a/rate': 0.01,
      size: 3,
      noise: 5,
      width: 8,
    });
  });
});
