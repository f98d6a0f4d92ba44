import { describe, expect, it } from 'vitest';
import type { ComparedRun } from '../../../src/report/comparison/compared-run.js';
import { runImportances } from '../../../src/report/comparison/statistics/run-importance.js';
import { varyingSettings } from '../../../src/report/comparison/statistics/varying-settings.js';
import { verdictOf } from '../../../src/report/comparison/statistics/verdict.js';
import { whatToTry, type Suggestion } from '../../../src/report/comparison/statistics/what-to-try.js';
import { comparedRun, comparedTrial, curveOf, evaluated } from './compared-run-fixture.js';

const objective = { metric: 'accuracy', goal: 'maximize' } as const;
const labels = Array.from({ length: 100 }, (_, i) => i % 2);

function suggestions(runs: readonly ComparedRun[], withImages = false): readonly Suggestion[] {
  const ordered = [...runs].sort((a, b) => (b.metrics.accuracy ?? -1) - (a.metrics.accuracy ?? -1));
  const images = withImages ? { data: 'digest', shape: [1, 1, 1] as const, labels, images: [] } : undefined;
  const settings = varyingSettings(ordered).shown;
  return whatToTry({
    comparison: { runs: ordered, objective },
    verdict: verdictOf({ runs: ordered, objective, images }),
    settings,
    importances: runImportances(ordered, objective, settings),
  });
}

/** `count` trials by a rule for the accuracy, over a rate that fills its range and a setting that is noise. */
function sweep(count: number, accuracy: (rate: number, i: number) => number): ComparedRun[] {
  return Array.from({ length: count }, (_, i) => {
    const rate = ((i * 7) % count) / (count - 1);
    return comparedTrial(
      i,
      { 'train.rate': 2 + rate * 6, 'train.noise': (i * 13) % count },
      accuracy(rate, i),
    );
  });
}

describe('what to try next', () => {
  it('is to go beyond the end of a range at which the best lie', () => {
    expect(suggestions(sweep(60, (rate) => 0.5 + rate / 4))).toContainEqual({
      kind: 'edge',
      text: 'train.rate: the best run has 8, at the upper end of what was tried (2 to 8). Try higher values.',
    });
    expect(suggestions(sweep(60, (rate) => 0.5 - rate / 4)).map(({ text }) => text)).toContain(
      'train.rate: the best run has 2, at the lower end of what was tried (2 to 8). Try lower values.',
    );
    const inside = suggestions(sweep(60, (rate) => 0.9 - Math.abs(rate - 0.5)));
    expect(inside.map(({ kind }) => kind)).not.toContain('edge');
  });

  it('is not to go below zero', () => {
    const runs = Array.from({ length: 20 }, (_, i) =>
      comparedTrial(i, { 'build.dropout': i / 40 }, 0.9 - i / 100),
    );
    expect(suggestions(runs).map(({ kind }) => kind)).not.toContain('edge');
  });

  it('is to train for longer where validation loss still fell, and not where it had levelled off', () => {
    const run = (losses: readonly number[]): ComparedRun =>
      comparedRun({ id: 'a', metrics: { accuracy: 0.9 }, curves: [curveOf('validation.loss', losses)] });
    expect(suggestions([run([1, 0.6, 0.5])])).toEqual([
      {
        kind: 'longer',
        text: 'Validation loss of a still fell by 17\u202f% in its last epoch, 3: train for longer.',
      },
    ]);
    expect(suggestions([run([1, 0.501, 0.5])]).map(({ kind }) => kind)).toEqual(['seeds']);
  });

  it('is to regularise where the best run memorises or the gap is wide', () => {
    const memorises = comparedTrial(4, {}, 0.9, {
      curves: [curveOf('validation.loss', [1, 0.5, 0.6]), curveOf('train.loss', [1, 0.4, 0.2])],
    });
    expect(suggestions([memorises])[0]).toEqual({
      kind: 'overfitting',
      text: 'Trial 4 begins to memorise: its validation loss was lowest at epoch 2 of 3 and has risen by 20\u202f% since. Stop earlier, or try more dropout, weight decay or augmentation.',
    });
    const gap = (seen: number): ComparedRun =>
      comparedTrial(4, {}, 0.9, {
        curves: [curveOf('train.accuracy', [0.8, seen]), curveOf('validation.accuracy', [0.8, 0.9])],
      });
    expect(suggestions([gap(0.99)])[0]!.kind).toBe('overfitting');
    expect(suggestions([gap(0.91)])[0]!.kind).toBe('seeds');
  });

  it('says nothing of a rise of a loss that may be below zero', () => {
    const curves = [curveOf('validation.loss', [-1, -2, -2]), curveOf('train.loss', [1, 0.5, 0.2])];
    expect(suggestions([comparedTrial(4, {}, 0.9, { curves })]).map(({ kind }) => kind)).toEqual(['seeds']);
  });

  it('has whole numbers as they are', () => {
    const runs = Array.from({ length: 20 }, (_, i) =>
      comparedTrial(i, { 'train.images': 12345 + i * 1000 }, 0.5 + i / 100),
    );
    expect(suggestions(runs)[0]!.text).toContain(
      'has 31345, at the upper end of what was tried (12345 to 31345)',
    );
  });

  it('is to repeat the first two where chance may have decided', () => {
    const run = (id: string, accuracy: number, wrong: number): ComparedRun =>
      comparedRun({
        id,
        metrics: { accuracy },
        details: evaluated(
          labels.map((label, i) => (i < wrong ? 1 - label : label)),
          labels,
          ['0', '1'],
        ),
      });
    expect(suggestions([run('a', 0.98, 2), run('b', 0.97, 3)], true)[0]!.text).toBe(
      'a and b can’t be told apart by these test images: repeat both with other seeds, or take the cheaper one.',
    );
    expect(suggestions([run('a', 0.98, 2), run('b', 0.7, 30)], true)[0]!.kind).toBe('seeds');
  });

  it('is to keep settings of no importance fixed', () => {
    const runs = Array.from({ length: 100 }, (_, i) => {
      const [rate, layers] = [((i * 37) % 100) / 99, (i * 3) % 5];
      const kind = i % 2 === 0 ? 'x' : 'y';
      return comparedTrial(
        i,
        { rate, layers, kind },
        0.9 - Math.abs(rate - 0.5) / 2 - Math.abs(layers - 2) / 10,
      );
    });
    const found = suggestions(runs).find(({ kind }) => kind === 'fix');
    expect(found?.text).toBe(
      'kind made next to no difference (importance below 2\u202f%): keep the best run’s value and search the rest.',
    );
    const alone = runs.map((run) => ({ ...run, metrics: { accuracy: run.settings.rate as number } }));
    expect(suggestions(alone).find(({ kind }) => kind === 'fix')?.text).toMatch(
      /^(layers and kind|kind and layers) each made next to no difference/,
    );
    expect(suggestions(runs.slice(0, 20)).map(({ kind }) => kind)).not.toContain('fix');
  });

  it('tells whether more trials are likely to help', () => {
    const improving = (at: number): ComparedRun[] =>
      Array.from({ length: 40 }, (_, i) => comparedTrial(i, {}, i === at ? 0.99 : 0.5));
    expect(suggestions(improving(36)).map(({ text }) => text)).toEqual([
      'The best value came with result 37 of 40: the search was still gaining, so more trials may help.',
    ]);
    expect(suggestions(improving(9)).map(({ text }) => text)).toEqual([
      'The best value came with result 10 of 40: none of the 30 since has bettered it. Change the space rather than drawing more of the same.',
    ]);
    expect(suggestions(improving(25)).map(({ kind }) => kind)).toEqual(['seeds']);
  });

  it('is to see to failures first, even where nothing has a result', () => {
    const failed = (reason: string): ComparedRun => comparedRun({ status: 'failed', reason });
    const runs = [failed('out of memory'), failed('loss is NaN'), failed('out of memory')];
    expect(suggestions(runs)).toEqual([
      {
        kind: 'failures',
        text: '3 of 3 runs failed: see to that first; the commonest reason: out of memory.',
      },
    ]);
    expect(suggestions([...runs, comparedRun({ metrics: { accuracy: 1 } })]).map(({ kind }) => kind)).toEqual(
      ['failures'],
    );
    expect(suggestions([])).toEqual([]);
  });

  it('is never more than three things', () => {
    const runs = sweep(60, (rate) => 0.5 + rate / 4).map((run, i) =>
      i % 4 === 0
        ? { ...run, status: 'failed' as const, metrics: {} }
        : {
            ...run,
            curves: [
              curveOf('validation.loss', [1, 0.5]),
              curveOf('train.accuracy', [1]),
              curveOf('validation.accuracy', [0.5]),
            ],
          },
    );
    expect(suggestions(runs).map(({ kind }) => kind)).toEqual(['failures', 'edge', 'longer']);
  });
});
