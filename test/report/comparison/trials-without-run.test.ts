/** What becomes of trials in a comparison that are infeasible, or never came to a run. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { comparedTrialWithoutRun } from '../../../src/report/comparison/compare-runs.js';
import type { ComparedRun, Comparison } from '../../../src/report/comparison/compared-run.js';
import { comparisonCsv } from '../../../src/report/comparison/comparison-csv.js';
import { comparisonFacts } from '../../../src/report/comparison/comparison-facts.js';
import { comparisonMarkdown } from '../../../src/report/comparison/comparison-markdown.js';
import { stoppedRuns } from '../../../src/report/comparison/stopped-runs.js';
import { toPageData } from '../../../src/report/comparison/to-page-data.js';
import { comparedTrial } from './compared-run-fixture.js';

function without(state: 'failed' | 'infeasible', number: number, assignments: JsonObject): ComparedRun {
  return comparedTrialWithoutRun(
    {
      ...{ sweep: 'widths', number, state, labels: {}, assignments, values: undefined, epochs: 0 },
      ...{ run: `widths-${number}`, proposed: 1, started: null, seconds: 0 },
      problem: { code: 'layer-input', message: 'flatten takes images' },
    },
    { experiment: 'digits', file: 'experiments/digits.yaml', seed: 7 },
  );
}

const trials = [8, 16, 32].map((units, i) => {
  const all = { 'build.units': units, 'train.epochs': 3, 'train.loss': 'crossEntropy' };
  const trial = comparedTrial(i, { 'build.units': units }, 0.9 - i / 10, { settings: all });
  return { ...trial, metrics: { ...trial.metrics, parameters: 10 } };
});

function compare(...others: readonly ComparedRun[]): Comparison {
  const runs = [...trials, ...others];
  const objective = { metric: 'accuracy', goal: 'maximize' } as const;
  return { title: 'widths', objective, runs, sweep: undefined, images: undefined, made: 0 };
}

describe('a trial that came to no run', () => {
  const comparison = compare(without('failed', 3, { 'build.units': 64 }));
  const facts = comparisonFacts(comparison);

  it('adds no setting that tells runs apart: it has what was drawn, and nothing else', () => {
    expect(facts.settings.shown.map(({ path, values }) => [path, values])).toEqual([
      ['build.units', [8, 16, 32, 64]],
    ]);
    expect(facts.settings.derived).toEqual([]);
  });

  it('adds no column to CSV and Markdown', () => {
    const [header] = comparisonCsv(comparison).split('\r\n');
    expect(header!.split(',').filter((name) => name.includes('settings.'))).toEqual([
      '"settings.build.units"',
    ]);
    const head = comparisonMarkdown(comparison)
      .split('\n')
      .find((line) => line.startsWith('| run'));
    expect(head).toBe('| run | `accuracy` | `units` | took |');
  });

  it('makes no column of the page differ but that of the status', () => {
    const { start } = toPageData(comparison, { settings: facts.settings, importance: [] });
    const differing = start.columns.filter(({ differs }) => differs).map(({ key }) => key);
    expect(differing).toEqual(['build.units', 'metric:accuracy', 'run:status', 'run:started']);
    const engine = start.columns.find(({ key }) => key === 'run:engine')!;
    expect(engine).toMatchObject({ categories: ['onnx'], values: [0, 0, 0, -1] });
  });
});

describe('a setting of which trials without a run have the other value', () => {
  const runs = trials.map((trial) => {
    const drawn = { ...trial.trial!.assignments, engine: 'onnx' };
    return {
      ...trial,
      settings: { ...trial.settings, engine: 'onnx' },
      trial: { ...trial.trial!, assignments: drawn },
    };
  });
  const comparison = {
    ...compare(),
    runs: [...runs, without('failed', 3, { 'build.units': 8, engine: 'tensorflow' })],
  };
  const { settings } = comparisonFacts(comparison);

  it('tells them apart, in the page as in CSV and Markdown', () => {
    expect(settings.shown.map(({ path, categories }) => [path, categories])).toEqual([
      ['build.units', []],
      ['engine', ['onnx', 'tensorflow']],
    ]);
    expect(comparisonCsv(comparison).split('\r\n')[0]).toContain('"settings.engine"');
    expect(comparisonMarkdown(comparison)).toContain('| run | `accuracy` | `units` | `engine` | took |');
    const { start } = toPageData(comparison, { settings, importance: [] });
    expect(start.columns.find(({ key }) => key === 'engine')).toMatchObject({
      differs: true,
      parameter: true,
      values: [0, 0, 0, 1],
    });
  });
});

describe('an infeasible trial', () => {
  const infeasible = [3, 4].map((number) => without('infeasible', number, { 'build.units': 2 ** number }));
  const comparison = compare(...infeasible, without('failed', 5, { 'build.units': 4 }));

  it('is called that, apart from those that failed', () => {
    expect(stoppedRuns(comparison.runs)).toMatchObject({
      sentence: 'Of 6 runs 1 failed and 2 were infeasible.',
      groups: [
        { status: 'failed', count: 1, names: 'trial 5' },
        { status: 'infeasible', count: 2, reason: 'flatten takes images', names: 'trial 3, trial 4' },
      ],
    });
    const { settings } = comparisonFacts(comparison);
    const { start } = toPageData(comparison, { settings, importance: [] });
    expect(start.runs.statuses.slice(3)).toEqual(['infeasible', 'infeasible', 'failed']);
    expect(comparisonMarkdown(comparison)).toContain('| `trial 3` | infeasible | 8 |');
  });

  it('is no failure to see to first', () => {
    const told = (of: Comparison) =>
      comparisonFacts(of)
        .suggestions.filter(({ kind }) => kind === 'failures')
        .map(({ text }) => text);
    expect(told(compare(...infeasible))).toEqual([]);
    expect(told(comparison)).toEqual([
      '1 of 4 runs failed: see to that first; the commonest reason: flatten takes images.',
    ]);
  });
});
