/** What a brush lets through, also of runs that have come since. */
import { describe, expect, it } from 'vitest';
import { applyBrush, brushInWords, fitsColumn, type Brush } from '../../../src/report/browser/brush.js';
import type { CategoryColumn, NumberColumn } from '../../../src/report/comparison/page-data.js';

const facts = { key: 'x', label: 'x', group: 'setting', differs: true, parameter: true } as const;
const numbers = (...values: (number | null)[]): NumberColumn => ({
  ...facts,
  kind: 'number',
  format: 'decimal',
  goal: null,
  log: false,
  values,
});
const categories = (...names: string[]): CategoryColumn => {
  const unique = [...new Set(names)];
  return {
    ...facts,
    kind: 'category',
    categories: unique,
    values: names.map((name) => unique.indexOf(name)),
  };
};
const shown = (column: NumberColumn | CategoryColumn, brush: Brush): number[] => {
  const runs = new Uint8Array(column.values.length).fill(1);
  applyBrush(runs, column, brush);
  return [...runs];
};

describe('a brush', () => {
  it('lets values from one end to the other through, and no run without one', () => {
    const brush: Brush = { kind: 'range', low: 1, high: 2 };
    expect(shown(numbers(0.9, 1, 1.5, 2, 2.1, null), brush)).toEqual([0, 1, 1, 1, 0, 0]);
  });

  it('that reaches to an end of the axis lets through what comes beyond', () => {
    const brush: Brush = { kind: 'range', low: 0.5, high: Infinity };
    expect(brushInWords(brush, numbers(0.25, 0.75))).toBe('0.5000 to 0.7500');
    expect(shown(numbers(0.25, 0.75, 0.99), brush)).toEqual([0, 1, 1]);
    expect(brushInWords(brush, numbers(0.25, 0.75, 0.99))).toBe('0.5000 to 0.9900');
  });

  it('chooses the same categories when others come between them', () => {
    const brush: Brush = { kind: 'categories', chosen: new Set(['running']) };
    expect(shown(categories('done', 'running', 'running'), brush)).toEqual([0, 1, 1]);
    const grown = categories('done', 'pruned', 'running');
    expect(shown(grown, brush)).toEqual([0, 0, 1]);
    expect(brushInWords(brush, grown)).toBe('running');
    expect(shown(categories('done', 'done'), brush)).toEqual([0, 0]);
  });

  it('no longer fits a column that has become one of text', () => {
    const brush: Brush = { kind: 'range', low: 1, high: 2 };
    expect([numbers(1), categories('a'), undefined].map((column) => fitsColumn(brush, column))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
