/** Trials that fail, can't be built, are forbidden or were done before: each costs itself, and is told. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { ranLines, sweepExperiment, sweepJson, writeSweepProject } from '../support/sweep-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig[Symbol.dispose]());

const grid = (lines = ''): string => `
objective: { metric: loss, goal: minimize }
space: { score.x: [0.1, 0.2, 0.6, 0.7] }
sampler: grid
workers: 1
${lines}`;
const trouble = (kind: string, from = 0.5): Record<string, unknown> => ({
  'score.trouble': kind,
  'score.troubleFrom': from,
});
const states = (result: Awaited<ReturnType<typeof sweepJson>>): unknown[] =>
  result.trials.map(({ state, failures }) => [state, failures]);

describe('a trial that fails', () => {
  it('is tried again as often as the policy says, and costs itself alone', async () => {
    writeSweepProject(rig, grid('retries: 2'), trouble('throw'));
    const result = await sweepJson(rig);
    expect(states(result)).toEqual([
      ['done', 0],
      ['done', 0],
      ['failed', 3],
      ['failed', 3],
    ]);
    expect(ranLines(rig).filter((line) => line === 'x=0.6 throws')).toHaveLength(3);
    expect(result.trials[2]!.problem).toEqual({
      code: 'stage-threw',
      message: 'pipelines/stages/score.ts threw RangeError: no x from 0.5',
    });
  });

  it('is done when another attempt helps', async () => {
    writeSweepProject(rig, grid(), trouble('once'));
    expect(states(await sweepJson(rig))).toEqual([
      ['done', 0],
      ['done', 0],
      ['done', 1],
      ['done', 1],
    ]);
  });

  it('with its worker is recorded with the reason, and another worker goes on', async () => {
    writeSweepProject(rig, grid('retries: 1'), trouble('crash', 0.65));
    const { code, stderr } = await rig.assay(['sweep', sweepExperiment]);
    expect(code).toBe(0);
    expect(stderr.match(/^✗ trial 3 failed in .*; it is tried again$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^▸ trial 3 begins again, attempt 2: x 0\.7$/m);
    expect(stderr).toMatch(/^3 done, 1 failed$/m);
  });

  it('for a value that is no number is not tried again', async () => {
    writeSweepProject(rig, grid('retries: 5'), trouble('nan', 0.65));
    const result = await sweepJson(rig);
    expect(states(result)[3]).toEqual(['failed', 1]);
    expect(result.trials[3]!.problem?.message).toContain('NaN');
  });

  it('ends the sweep where that is wanted', async () => {
    writeSweepProject(rig, grid('retries: 0').replace('0.7', '0.7, 0.8, 0.9, 1'), trouble('throw'));
    const result = await sweepJson(rig, ['--fail-fast'], 1);
    expect(result.trials.length).toBeLessThanOrEqual(4);
    expect(result.reason).toBe('fail-fast');
    // The next one may have begun before the news came.
    expect(result.trials.slice(0, 3).map(({ state }) => state)).toEqual(['done', 'done', 'failed']);
    expect(result.problem?.code).toBe('stage-threw');
  });

  it('and all others with it are a failed sweep', async () => {
    writeSweepProject(rig, grid('retries: 0'), trouble('throw', 0));
    const result = await sweepJson(rig, [], 1);
    expect(result.counts['failed']).toBe(4);
  });

  it('by taking too long is lost, and tried again', async () => {
    writeSweepProject(rig, grid('timeout: 1s\nretries: 0'), {
      ...trouble('hang', 0.65),
      'score.milliseconds': 1,
    });
    rig.write(
      'pipelines/stages/score.ts',
      rig
        .read('pipelines/stages/score.ts')
        .replace(
          "if (trouble === 'throw')",
          "if (trouble === 'hang') await sleep(60_000);\n    if (trouble === 'throw')",
        ),
    );
    const result = await sweepJson(rig);
    expect(result.trials.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'failed']);
  });
});

it('whose objective nobody reports ends the sweep at once, with what there is', async () => {
  writeSweepProject(rig, grid().replace('metric: loss', 'metric: lozz'));
  const { code, stderr } = await rig.assay(['sweep', sweepExperiment]);
  expect(code).toBe(1);
  expect(ranLines(rig).length).toBeLessThanOrEqual(2);
  expect(stderr).toContain(
    'error[objective-missing]: expected the objective to be a metric that a run reports, got "lozz"; there are distance, loss\n  fix: did you mean "loss"?',
  );
});

describe('a configuration', () => {
  it('that breaks a constraint is never trained, and told apart from failures', async () => {
    writeSweepProject(rig, grid('constraints: ["score.x < 0.65"]'));
    const result = await sweepJson(rig);
    expect(result.counts).toMatchObject({ done: 3, failed: 0, infeasible: 0 });
    expect(ranLines(rig)).toHaveLength(3);
  });

  it('of a space without any that is allowed is told why', async () => {
    writeSweepProject(rig, grid('constraints: ["score.x > 1"]'));
    const { code, stderr } = await rig.assay(['sweep', sweepExperiment]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'warning[space-infeasible]: expected the space to hold a feasible configuration, got 4 infeasible ones in a row; the last one: expected score.x > 1',
    );
    expect(ranLines(rig)).toEqual([]);
  });

  it('that is there already is not trained again: another is drawn', async () => {
    writeSweepProject(
      rig,
      `
objective: { metric: loss, goal: minimize }
space: { score.x: { quantized: [0, 1, 0.25] } }
sampler: random
trials: 20
workers: 1`,
    );
    const result = await sweepJson(rig);
    expect(result.reason).toBe('exhausted');
    expect(result.trials.map(({ assignments }) => assignments['score.x']).sort()).toEqual([
      0, 0.25, 0.5, 0.75, 1,
    ]);
    expect(ranLines(rig)).toHaveLength(5);
  });

  it('that is known to be good comes first', async () => {
    writeSweepProject(
      rig,
      `
objective: { metric: loss, goal: minimize }
space: { score.x: { uniform: [0, 1] } }
sampler: random
init: [{ score.x: 0.3 }, { score.x: 0.31 }]
trials: 3
workers: 1`,
    );
    const result = await sweepJson(rig);
    expect(result.trials.slice(0, 2).map(({ assignments }) => assignments)).toEqual([
      { 'score.x': 0.3 },
      { 'score.x': 0.31 },
    ]);
    expect(result.trials).toHaveLength(3);
  });
});
