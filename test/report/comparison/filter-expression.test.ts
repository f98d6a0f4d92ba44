/** What may be typed into the filter box of a comparison. */
import { describe, expect, it } from 'vitest';
import { findColumn, holds, parseFilter } from '../../../src/report/browser/filter-expression.js';

describe('a filter', () => {
  it('is words and comparisons, all of which must hold', () => {
    expect(parseFilter('adam accuracy >= 0.98 -pruned "two words"')).toEqual([
      { kind: 'comparison', field: 'accuracy', operator: '>=', value: '0.98' },
      { kind: 'word', text: 'adam', not: false },
      { kind: 'word', text: 'pruned', not: true },
      { kind: 'word', text: 'two words', not: false },
    ]);
  });

  it('knows ranges, quoted values and comparisons without spaces', () => {
    expect(parseFilter('learningRate 1e-4..1e-2')).toEqual([
      { kind: 'comparison', field: 'learningRate', operator: '..', value: '1e-4..1e-2' },
    ]);
    expect(parseFilter('network="small cnn" batchSize!=64')).toEqual([
      { kind: 'comparison', field: 'network', operator: '=', value: 'small cnn' },
      { kind: 'comparison', field: 'batchSize', operator: '!=', value: '64' },
    ]);
  });

  it('is nothing while it is being typed', () => {
    expect(parseFilter('')).toEqual([]);
    expect(parseFilter('  ')).toEqual([]);
    expect(parseFilter('-')).toEqual([]);
    for (const sign of ['<', '<=', '>', '>=', '=', '!=', '= "', '= "small cn'])
      for (const text of [`accuracy ${sign}`, `accuracy${sign} `])
        expect(parseFilter(text), text).toEqual([]);
    expect(parseFilter('adam accuracy >')).toEqual([{ kind: 'word', text: 'adam', not: false }]);
  });

  it('finds columns by key, label or the end of either', () => {
    const columns = [
      { key: 'metric:validation.accuracy', label: 'validation.accuracy' },
      { key: 'metric:accuracy', label: 'accuracy' },
      { key: 'train.optimizer.learningRate', label: 'train.optimizer.learningRate' },
    ];
    expect(findColumn(columns, 'accuracy')).toBe(columns[1]);
    expect(findColumn(columns, 'learningrate')).toBe(columns[2]);
    expect(findColumn(columns, 'validation.accuracy')).toBe(columns[0]);
    expect(findColumn(columns, 'rate')).toBeUndefined();
  });

  it.each([
    ['>', 0.99, '98%', true],
    ['<=', 0.98, '98%', true],
    ['=', 64, '64', true],
    ['!=', 64, '64', false],
    ['..', 0.001, '1e-4..1e-2', true],
    ['..', 0.1, '1e-4..1e-2', false],
    ['<', 3, 'many', false],
    ['=', 'Adam', 'adam', true],
    ['!=', 'adam', 'sgd', true],
    ['>', 'adam', 'a', false],
    ['<=', '32', '64', true],
    ['<', '64', '64', false],
    ['>', '128', '64', true],
    ['>=', '0.25', '50%', false],
    ['=', '0.001', '1e-3', true],
    ['!=', '0.001', '1e-3', false],
    ['..', '0.001', '1e-4..1e-2', true],
    ['..', '32', '64..128', false],
    ['..', 'adam', '1..2', false],
    ['=', '0.98', '98%', true],
    ['=', '98%', '98%', true],
    ['=', 0, '', false],
    ['<', 'none', '1', false],
    ['>', null, '0', false],
    ['!=', null, '0', true],
  ] as const)('compares: %s of %s and %s', (operator, value, wanted, result) => {
    expect(holds(operator, value, wanted)).toBe(result);
  });
});
