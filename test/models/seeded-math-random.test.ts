import { describe, expect, it } from 'vitest';
import { withSeededMathRandom } from '../../src/models/seeded-math-random.js';

const draw = (): number[] => [Math.random(), Math.random()];

describe('withSeededMathRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    expect(withSeededMathRandom(3, draw)).toEqual(withSeededMathRandom(3, draw));
    expect(withSeededMathRandom(4, draw)).not.toEqual(withSeededMathRandom(3, draw));
  });

  it('puts the real Math.random back, also when the work throws', () => {
    const real = Math.random;
    withSeededMathRandom(3, draw);
    expect(Math.random).toBe(real);
    expect(() =>
      withSeededMathRandom(3, () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(Math.random).toBe(real);
  });

  it('does not shift what work around it draws', () => {
    const nested = withSeededMathRandom(3, () => {
      const before = Math.random();
      withSeededMathRandom(4, draw);
      return [before, Math.random()];
    });
    expect(nested).toEqual(withSeededMathRandom(3, draw));
  });

  it('refuses work that goes on afterwards', () => {
    expect(() => withSeededMathRandom(3, () => Promise.resolve())).toThrow(
      'withSeededMathRandom takes synchronous work only',
    );
  });
});
