/** What goes into a comparison's page comes out of it again, and is small. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.js';
import { configurationOf } from '../../../src/report/browser/configuration-of.js';
import { unpackMeasured, unpackSteps, wordsOf } from '../../../src/report/browser/decode.js';
import { formatNumber } from '../../../src/report/browser/format.js';
import { comparisonFacts } from '../../../src/report/comparison/comparison-facts.js';
import { packMeasured, packSteps, packWords, rounded } from '../../../src/report/comparison/pack-numbers.js';
import { toPageData } from '../../../src/report/comparison/to-page-data.js';
import { makeComparison } from './comparison-fixture.js';

function pageDataOf(options: Parameters<typeof makeComparison>[0]) {
  const comparison = makeComparison(options);
  const { settings, importances } = comparisonFacts(comparison);
  const importance = importances.map(({ parameter, share }) => ({ column: parameter, share }));
  return { comparison, ...toPageData(comparison, { settings, importance }) };
}

describe('page data', () => {
  const reread = (values: readonly (number | null)[]): number[] => [
    ...unpackMeasured(JSON.parse(JSON.stringify(packMeasured(values))) as (number | null)[]),
  ];
  const shown = (values: readonly number[]) =>
    values.flatMap((value) => [
      formatNumber(value, 'decimal'),
      ...(value <= 1 ? [formatNumber(value, 'percent')] : []),
    ]);

  it.each([
    ['of a run that diverged', [2.3, 1.9, 45, 3e6]],
    ['of a loss that falls by four powers of ten', [2.302585, 0.31415926, 0.0123456, 1.2345e-3, 1e-4]],
    ['that lie where digits are rounded', [1.06249996, 0.98124999999, 0.98125, 1.23499996e-5, 1234.49999996]],
    ['that are nearly all', [0.99999, 0.9999963, 0.99999997, 1]],
    ['that no 32-bit number can hold', [1e-60, 1e60]],
  ])('keeps every digit that is shown of curves %s', (_, values) => {
    expect(shown(reread(values))).toEqual(shown(values));
  });

  it('keeps every digit that is shown of any value', () => {
    const random = new RandomStream(7, 'curve');
    const values = Array.from({ length: 20_000 }, () => 10 ** random.uniform(-7, 7));
    expect(shown(reread(values))).toEqual(shown(values));
    expect(packMeasured(values).join().length / values.length).toBeLessThan(11);
  });

  it('keeps gaps in curves, where there is no finite number either', () => {
    expect(reread([3, null, NaN, Infinity, -Infinity, -0.5])).toEqual([3, NaN, NaN, NaN, NaN, -0.5]);
    expect(reread([])).toEqual([]);
  });

  it('rounds to the digits that are asked for, unless another number would be shown', () => {
    expect([rounded(0.123456789), rounded(0.987654, 4), rounded(12_345_678)]).toEqual([
      ...[0.123457, 0.9877, 12_345_678],
    ]);
    expect(rounded(1.06249996)).toBe(1.06249996);
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
