import { describe, expect, it } from 'vitest';
import type { ComparedRun, ShownImages } from '../../../src/report/comparison/compared-run.js';
import { verdictOf, type Verdict } from '../../../src/report/comparison/statistics/verdict.js';
import { comparedRun, comparedTrial, evaluated } from './compared-run-fixture.js';

const classes = ['0', '1'];
const count = 1000;
const labels = Array.from({ length: count }, (_, i) => i % 2);
const images: ShownImages = { data: 'digest', shape: [1, 1, 1], labels, images: [] };
const accuracy = { metric: 'accuracy', goal: 'maximize' } as const;
const validation = { metric: 'validation.accuracy', goal: 'maximize' } as const;

/** Predictions that are wrong for the images from `from` up to `to`. */
function wrong(from: number, to: number, data = 'digest'): NonNullable<ComparedRun['details']> {
  const predicted = labels.map((label, i) => (i >= from && i < to ? 1 - label : label));
  return evaluated(predicted, labels, classes, data);
}

function verdict(runs: readonly ComparedRun[], objective: Verdict['objective'] = accuracy): Verdict {
  return verdictOf({ runs, objective, images });
}

/** Narrow and unbreakable spaces as ordinary ones. */
function plain(text: string): string {
  return text.replaceAll(/[\u202f\u00a0]/g, ' ');
}

describe('the verdict', () => {
  it('says that the best is significantly better, by how many images, and what it cost', () => {
    const best = comparedTrial(3, {}, 0.99, {
      details: wrong(0, 10),
      metrics: { accuracy: 0.99, parameters: 12345 },
    });
    const second = comparedTrial(1, {}, 0.96, { details: wrong(5, 45) });
    const found = verdict([best, second]);
    expect(found.kind).toBe('better');
    expect(found.test).toMatchObject({ onlyFirst: 35, onlySecond: 5, better: 'first' });
    expect(found.best).toMatchObject({
      run: 0,
      trainSeconds: 50,
      parameters: 12345,
      test: { right: 990, images: 1000 },
    });
    expect(plain(found.sentence)).toBe(
      'Trial 3 is best: accuracy 99.00 %, before trial 1 with 96.00 %; it gets 990 of 1,000 test images right (95 % interval 98.17 to 99.46 %). ' +
        'The lead is significant: 35 test images are right in trial 3 alone, 5 in trial 1 alone (McNemar’s test, p < 0.001). ' +
        'It cost 50 s of training and has 12,345 parameters.',
    );
  });

  it('says that chance may have decided', () => {
    const runs = [
      comparedRun({ id: 'a', metrics: { accuracy: 0.99 }, details: wrong(0, 10) }),
      comparedRun({ id: 'b', metrics: { accuracy: 0.988 }, details: wrong(5, 17), trainSeconds: null }),
    ];
    const found = verdict(runs);
    expect(found.kind).toBe('chance');
    expect(found.sentence).toContain(
      'Chance may have decided between them: 7 test images are right in a alone, 5 in b alone (McNemar’s test, p = 0.77).',
    );
    expect(found.sentence).toMatch(/^a is best/);
  });

  it('says so when the second is significantly better on the test images', () => {
    const runs = [
      comparedRun({ id: 'a', metrics: { 'validation.accuracy': 0.99 }, details: wrong(0, 60) }),
      comparedRun({ id: 'b', metrics: { 'validation.accuracy': 0.98 }, details: wrong(0, 10) }),
    ];
    const found = verdict(runs, validation);
    expect(found.kind).toBe('worse-on-test');
    expect(found.sentence).toContain(
      'On the test images, though, b is significantly better: 0 test images are right',
    );
  });

  it('knows ties: the same images right, and as many right but others', () => {
    const run = (id: string, details: ComparedRun['details']): ComparedRun =>
      comparedRun({ id, metrics: { accuracy: 0.99 }, details });
    const same = verdict([run('a', wrong(0, 10)), run('b', wrong(0, 10))]);
    expect(same.kind).toBe('tie');
    expect(plain(same.sentence)).toMatch(
      /^a and b are level at accuracy 99.00 %; a gets 990 of .* They get exactly the same test images right\./,
    );
    const others = verdict([run('a', wrong(0, 10)), run('b', wrong(10, 20))]);
    expect(others.kind).toBe('tie');
    expect(others.sentence).toContain(
      'On the test images they are level: each gets 10 right that the other does not.',
    );
  });

  it('names as many as are level, and compares two of them', () => {
    const run = (id: string): ComparedRun =>
      comparedRun({ id, metrics: { accuracy: 0.99 }, details: wrong(0, 10) });
    const found = verdict([run('a'), run('b'), run('c'), run('d')]);
    expect(found.level).toBe(4);
    expect(plain(found.sentence)).toMatch(
      /^a, b and 2 others are level at accuracy 99\.00 %; .* The first two get exactly the same test images right\./,
    );
  });

  it('does not take a lead by another metric for what the test is about', () => {
    const run = (id: string, parameters: number, details: ComparedRun['details']): ComparedRun =>
      comparedRun({ id, metrics: { parameters }, details, trainSeconds: null });
    const byParameters = { metric: 'parameters', goal: 'minimize' } as const;
    const better = verdict([run('a', 10, wrong(0, 10)), run('b', 20, wrong(5, 45))], byParameters);
    expect(better.sentence).toContain(
      'It gets significantly more test images right, too: 35 test images are right in a alone, 5 in b alone (McNemar’s test, p < 0.001).',
    );
    expect(better.sentence).not.toContain('significant:');
    expect(better.sentence).toMatch(/ It has 10 parameters\.$/);
    const chance = verdict([run('a', 10, wrong(0, 10)), run('b', 20, wrong(5, 17))], byParameters);
    expect(chance.sentence).toContain('On the test images chance may have decided between them: 7 test');
  });

  it('writes values so that one sees which is better', () => {
    const run = (id: string, metrics: ComparedRun['metrics']): ComparedRun => comparedRun({ id, metrics });
    expect(
      plain(verdict([run('a', { accuracy: 0.990004 }), run('b', { accuracy: 0.990001 })]).sentence),
    ).toMatch(/^a is best: accuracy 99\.0004 %, before b with 99\.0001 %\./);
    const loss = { metric: 'loss', goal: 'minimize' } as const;
    expect(verdict([run('a', { loss: 0.50001 }), run('b', { loss: 0.50002 })], loss).sentence).toMatch(
      /^a is best: loss 0\.50001, before b with 0\.50002\./,
    );
  });

  it('does not call one best by several objectives without naming those that no other betters', () => {
    const objectives = [accuracy, { metric: 'seconds', goal: 'minimize' }] as const;
    const trial = (number: number, values: [number, number]): ComparedRun => {
      const run = comparedTrial(number, {}, values[0]);
      return { ...run, trial: { ...run.trial!, values } };
    };
    const sweep = { name: 'widths', objectives, sampler: 'grid', scheduler: 'none', status: 'done' };
    const judged = (...runs: ComparedRun[]): Verdict =>
      verdictOf({
        runs,
        objective: accuracy,
        images,
        sweep: { ...sweep, seconds: 1, domains: {}, spans: [] },
      });
    const several = judged(trial(0, [0.9, 5]), trial(1, [0.8, 6]), trial(2, [0.7, 1]));
    expect(several.front).toEqual({ metrics: ['accuracy', 'seconds'], runs: [0, 2] });
    expect(several.sentence).toContain(
      'By accuracy and seconds together no run betters trial 0 and trial 2: each pays for one with another.',
    );
    expect(judged(trial(0, [0.9, 1]), trial(1, [0.8, 6])).sentence).toContain(
      'By accuracy and seconds together trial 0 is the best, too.',
    );
  });

  it('does not test what can’t be tested', () => {
    const a = comparedRun({ id: 'a', metrics: { accuracy: 0.99 }, details: wrong(0, 10) });
    const without = verdict([a, comparedRun({ metrics: { accuracy: 0.9 } })]);
    expect(without).toMatchObject({ kind: 'no-evaluation', test: undefined });
    expect(without.sentence).toContain('How sure that is can’t be said');
    const elsewhere = verdict([
      a,
      comparedRun({ metrics: { accuracy: 0.9 }, details: wrong(0, 100, 'other') }),
    ]);
    expect(elsewhere).toMatchObject({ kind: 'different-images', test: undefined });
    expect(elsewhere.sentence).toContain('The two were judged on different test images');
    expect(verdictOf({ runs: [a, a], objective: accuracy, images: undefined }).kind).toBe('no-evaluation');
  });

  it('is about one run, or none, where no more have a result', () => {
    const pruned = comparedRun({ status: 'pruned', metrics: { accuracy: 0.5 } });
    const one = verdict([comparedRun({ id: 'a', metrics: { accuracy: 0.99 } }), pruned]);
    expect(one).toMatchObject({ kind: 'one-run', second: undefined, results: 1 });
    expect(plain(one.sentence)).toBe(
      'a is the only run with a result: accuracy 99.00 %. It cost 50 s of training.',
    );
    expect(verdict([pruned])).toMatchObject({
      kind: 'no-result',
      sentence: 'No run has a value of accuracy yet.',
    });
    expect(verdict([]).sentence).toBe('There are no runs.');
  });

  it('warns that the best of many, chosen on the test images, is flattered', () => {
    const many = (metric: string): ComparedRun[] =>
      Array.from({ length: 12 }, (_, i) =>
        comparedTrial(i, {}, null, { metrics: { [metric]: 0.9 - i / 100 } }),
      );
    const warning = 'It was chosen from 12 by this very figure, which flatters it a little.';
    expect(verdict(many('accuracy')).sentence).toContain(warning);
    expect(verdict(many('validation.accuracy'), validation).sentence).not.toContain(warning);
  });
});
