import { describe, expect, it } from 'vitest';
import { varyingSettings } from '../../../src/report/comparison/statistics/varying-settings.js';
import type { Json } from '../../../src/core/json.js';
import type { ComparedRun } from '../../../src/report/comparison/compared-run.js';
import { comparedRun, comparedTrial } from './compared-run-fixture.js';

function of(...settings: readonly Readonly<Record<string, Json>>[]): ComparedRun[] {
  return settings.map((each) => comparedRun({ settings: each }));
}

function paths(runs: readonly ComparedRun[]): { shown: string[]; derived: string[] } {
  const { shown, derived } = varyingSettings(runs);
  return { shown: shown.map(({ path }) => path), derived: derived.map(({ path }) => path) };
}

describe('the settings that tell runs apart', () => {
  it('are those that are not the same in all, one that only some have among them', () => {
    const runs = of(
      {
        'train.epochs': 3,
        'train.batchSize': 32,
        'train.optimizer.kind': 'sgd',
        'train.optimizer.momentum': 0.9,
      },
      { 'train.epochs': 3, 'train.batchSize': 64, 'train.optimizer.kind': 'adam' },
    );
    expect(paths(runs)).toEqual({
      shown: ['train.batchSize', 'train.optimizer.kind', 'train.optimizer.momentum'],
      derived: [],
    });
    expect(varyingSettings(runs).shown[2]!.values).toEqual([0, null]);
    expect(varyingSettings([])).toEqual({ shown: [], derived: [] });
  });

  it.each<[string, Json[], string, (number | null)[], string[]]>([
    ['three numbers', [1, 2, 4.5], 'number', [1, 2, 4.5], []],
    ['two numbers', [64, 32, 64], 'category', [1, 0, 1], ['32', '64']],
    ['doublings', [64, 32, 16], 'log-number', [64, 32, 16], []],
    ['two powers of ten', [0.001, 0.1, 0.02], 'log-number', [0.001, 0.1, 0.02], []],
    ['a zero among them', [0, 0.1, 100], 'number', [0, 0.1, 100], []],
    ['texts', ['sgd', 'adam', 'sgd'], 'category', [1, 0, 1], ['adam', 'sgd']],
    ['a mixture', [true, 10, 9, 'none'], 'category', [3, 1, 0, 2], ['9', '10', 'none', 'true']],
  ])('are of a kind: %s', (_, values, kind, numbers, categories) => {
    const { shown } = varyingSettings(of(...values.map((value) => ({ 'train.x': value }))));
    expect(shown).toEqual([{ path: 'train.x', inSpace: false, kind, values: numbers, categories }]);
  });

  it('are by their logarithm where a sweep says so', () => {
    const runs = of({ x: 1 }, { x: 2 }, { x: 5 });
    expect(varyingSettings(runs).shown[0]!.kind).toBe('number');
    const searched = (log: boolean) =>
      varyingSettings(runs, new Map([['x', { kind: 'number', low: 1, high: 5, log }]])).shown[0]!.kind;
    expect(searched(true)).toBe('log-number');
    const wide = of({ x: 0.001 }, { x: 0.02 }, { x: 0.2 });
    expect(varyingSettings(wide).shown[0]!.kind).toBe('log-number');
    const uniform = new Map([['x', { kind: 'number', low: 0, high: 0.2, log: false } as const]]);
    expect(varyingSettings(wide, uniform).shown[0]!.kind).toBe('number');
  });

  it('that one sweep chose as a whole are of other runs by their kind', () => {
    const chosen = comparedTrial(1, { 'train.optimizer': { kind: 'adam' } }, 0.9);
    const runs = [
      { ...chosen, trial: { ...chosen.trial!, labels: { 'train.optimizer': 'adam' } } },
      ...of({ 'train.optimizer.kind': 'sgd', 'train.optimizer.momentum': 0.9 }),
    ];
    expect(varyingSettings(runs).shown[0]).toMatchObject({
      path: 'train.optimizer',
      categories: ['adam', 'sgd'],
      values: [0, 1],
    });
  });

  it('hide what refers to a parameter, and only that', () => {
    const runs = of(
      { 'params.width': 8, 'build.units': 8, 'train.batchSize': 32, 'train.validation': 32 },
      { 'params.width': 16, 'build.units': 16, 'train.batchSize': 64, 'train.validation': 64 },
    );
    expect(paths(runs)).toEqual({
      shown: ['params.width', 'train.batchSize', 'train.validation'],
      derived: ['build.units'],
    });
  });

  it('are those of the space first, and of one sweep no others', () => {
    const trials = [
      comparedTrial(0, { 'train.rate': 0.1 }, 1, { settings: { 'train.seed': 1, 'train.rate': 0.1 } }),
      comparedTrial(1, { 'train.rate': 0.2 }, 1, { settings: { 'train.seed': 2, 'train.rate': 0.2 } }),
    ];
    expect(paths(trials)).toEqual({ shown: ['train.rate'], derived: ['train.seed'] });
    const mixed = [...trials, comparedRun({ settings: { 'train.seed': 3, 'train.rate': 0.3 } })];
    expect(paths(mixed)).toEqual({ shown: ['train.rate', 'train.seed'], derived: [] });
    expect(varyingSettings(mixed).shown.map(({ inSpace }) => inSpace)).toEqual([true, false]);
  });

  it('name a network that a sweep chose, and hide what lies inside it', () => {
    const trial = (number: number, name: string, units: number): ComparedRun => {
      const run = comparedTrial(number, { 'build.network': { layers: [{ dense: { units } }] } }, 1, {
        settings: { 'build.network.layers.0.dense.units': units },
      });
      return { ...run, trial: { ...run.trial!, labels: { 'build.network': name } } };
    };
    const other = comparedTrial(2, { 'train.rate': 1 }, 1);
    const runs = [
      trial(0, 'wide', 512),
      trial(1, 'narrow', 8),
      { ...other, trial: { ...other.trial!, sweep: 'else' } },
    ];
    expect(paths(runs)).toEqual({
      shown: ['build.network', 'train.rate'],
      derived: ['build.network.layers.0.dense.units'],
    });
    expect(varyingSettings(runs).shown[0]).toMatchObject({
      categories: ['narrow', 'wide'],
      values: [1, 0, null],
    });
  });
});
