/** What goes into a comparison's page comes out of it again, and is small. */
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../../src/report/browser/configuration-of.js';
import { dequantise, unpackSteps, wordsOf } from '../../../src/report/browser/decode.js';
import { comparisonFacts } from '../../../src/report/comparison/comparison-facts.js';
import { packSteps, packWords, quantise } from '../../../src/report/comparison/quantise.js';
import { toPageData } from '../../../src/report/comparison/to-page-data.js';
import { makeComparison } from './comparison-fixture.js';

function pageDataOf(options: Parameters<typeof makeComparison>[0]) {
  const comparison = makeComparison(options);
  const { settings, importances } = comparisonFacts(comparison);
  const importance = importances.map(({ parameter, share }) => ({ column: parameter, share }));
  return { comparison, ...toPageData(comparison, { settings, importance }) };
}

describe('page data', () => {
  it('keeps curves to a 65,000th of their range', () => {
    const values = [0.1, 0.9731, null, 0.98123456, 0.5];
    const back = dequantise(quantise(values));
    for (const [i, value] of values.entries())
      if (value === null) expect(back[i]).toBeNaN();
      else expect(Math.abs(back[i]! - value)).toBeLessThan(0.9 / 65_000);
    expect([...dequantise(quantise([3, 3]))]).toEqual([3, 3]);
    expect([...dequantise(quantise([null, NaN]))]).toEqual([NaN, NaN]);
  });

  it('keeps whole numbers, in even steps or not', () => {
    expect([...unpackSteps(packSteps([750, 1500, 2250]))]).toEqual([750, 1500, 2250]);
    expect([...unpackSteps(packSteps([1, 2, 5]))]).toEqual([1, 2, 5]);
    expect([...unpackSteps(packSteps([7]))]).toEqual([7]);
    expect([...unpackSteps(packSteps([]))]).toEqual([]);
    expect([...wordsOf(packWords([0, 9, 65_535]))]).toEqual([0, 9, 65_535]);
  });

  it('keeps every configuration exactly', () => {
    const { comparison, rest } = pageDataOf({ runs: 30, parameters: 20, epochs: 3 });
    for (const [run, { config }] of comparison.runs.entries())
      expect(JSON.parse(JSON.stringify(configurationOf(rest, run)))).toEqual(config);
  });

  it('keeps a configuration with a key called __proto__ out of prototypes', () => {
    const { comparison } = pageDataOf({ runs: 2, parameters: 2, epochs: 2 });
    const config = JSON.parse(
      '{"__proto__":{"polluted":true},"list":[{"a":1},2]}',
    ) as (typeof comparison.runs)[0]['config'];
    const hostile = { ...comparison, runs: comparison.runs.map((run) => ({ ...run, config })) };
    const { settings } = comparisonFacts(hostile);
    const { rest } = toPageData(hostile, { settings, importance: [] });
    expect(JSON.stringify(configurationOf(rest, 0))).toBe(JSON.stringify(config));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('gives a run that was stopped no result, and its curves all the same', () => {
    const { comparison, start, rest } = pageDataOf({ runs: 80, parameters: 6, epochs: 12 });
    const pruned = comparison.runs.findIndex(({ status }) => status === 'pruned');
    expect(pruned).toBeGreaterThan(-1);
    const column = start.columns.find(({ key }) => key === start.objective.column)!;
    expect(column.values[pruned]).toBeNull();
    expect(rest.curves[pruned]![0]!.curves.length).toBe(4);
  });

  it('opens the table with the objective and the settings that differ', () => {
    const { start } = pageDataOf({ runs: 40, parameters: 5, epochs: 4 });
    expect(start.tableColumns[0]).toBe('metric:validation.accuracy');
    expect(start.tableColumns).toContain('build.network');
    expect(start.tableColumns).not.toContain('train.epochs');
  });

  it('holds a hundred runs in a fraction of a megabyte', () => {
    const { start, rest } = pageDataOf({ runs: 100, parameters: 20, epochs: 50 });
    expect(JSON.stringify([start, rest]).length).toBeLessThan(700_000);
  });
});
