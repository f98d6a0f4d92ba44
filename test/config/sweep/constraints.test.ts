/** What constraints mean: numbers, names, arithmetic, conditions, and what can't be judged. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseConstraint } from '../../../src/config/sweep/constraint.js';
import { ConstraintError } from '../../../src/config/sweep/constraint-tokens.js';
import type { Json } from '../../../src/core/json.js';

const values: Readonly<Record<string, Json>> = {
  parameters: 1000,
  'train.batchSize': 64,
  'train.optimizer.kind': 'adam',
  'train.shuffle': true,
  'build.inputShape.0': 28,
  list: [1],
};
const holds = (text: string): boolean | undefined => parseConstraint(text).holds((name) => values[name]);

describe('a constraint', () => {
  it.each([
    ['parameters <= 1000', true],
    ['parameters < 1e3', false],
    ['parameters / train.batchSize > 15.6', true],
    ['1 + 2 * 3 = 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['10 - 2 - 3 = 5', true],
    ['8 / 4 / 2 = 1', true],
    ['-2 - -3 = 1', true],
    ['not parameters > 10 or train.batchSize = 64', true],
    ['not (parameters > 10 or train.batchSize = 64)', false],
    ['parameters > 10 and train.batchSize != 64', false],
    ['true or false and false', true],
    ["train.optimizer.kind = 'adam'", true],
    ['train.optimizer.kind != "sgd"', true],
    ['train.shuffle', true],
    ['train.shuffle = false', false],
    ['build.inputShape.0 = 28', true],
    ['unknown.name > 3', undefined],
    ['unknown.name > 3 or parameters = 1000', true],
    ['unknown.name > 3 and parameters = 0', false],
    ['not unknown.name > 3', undefined],
    ['unknown.name > 3 and parameters = 1000', undefined],
    ['train.optimizer.kind > 3', undefined],
    ['list = 1', undefined],
    ['parameters / 0 > 1', undefined],
    ['parameters', undefined],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('says its names, and where they stand', () => {
    expect(parseConstraint('a.b-c + d_1 < 3 and not e').names).toMatchObject([
      { text: 'a.b-c', from: 0 },
      { text: 'd_1', from: 8 },
      { text: 'e', from: 24 },
    ]);
  });

  it('calculates as arithmetic does', () => {
    const number = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        expect(holds(`${a} + ${b} * ${c} - (${a} - ${c}) = ${a + b * c - (a - c)}`)).toBe(true);
      }),
    );
  });

  it('is parsed or refused with a place inside it, whatever it holds', () => {
    const part = fc.constantFrom(
      'a',
      '1',
      '(',
      ')',
      '+',
      '-',
      '<',
      '=',
      'and',
      'or',
      'not',
      "'x'",
      '$',
      '..',
      'constructor',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join(' ');
        try {
          parseConstraint(text).holds(() => 1);
        } catch (error) {
          if (!(error instanceof ConstraintError)) throw error;
          expect(error.from).toBeLessThanOrEqual(text.length);
          expect(error.to).toBeGreaterThan(error.from);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of a thousand parentheses is refused', () => {
    expect(() => parseConstraint(`${'('.repeat(1000)}1`)).toThrow('expected at most 100 levels, got more');
  });
});
