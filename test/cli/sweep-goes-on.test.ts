/** A sweep that is killed, interrupted, extended or changed, and the same command after that. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import {
  comparableTrials,
  ranLines,
  sweepExperiment,
  sweepJson,
  untilRan,
  writeSweepProject,
} from '../support/sweep-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig[Symbol.dispose]());

const search = (lines = 'trials: 8\nsampler: { tpe: { startupTrials: 3 } }'): string => `
objective: { metric: loss, goal: minimize }
space:
  score.x: { uniform: [0, 1] }
  score.y: { uniform: [0, 1] }
workers: 1
${lines}`;

describe('killed with -9 and started again', () => {
  it('proposes and measures with one worker what the undisturbed one does', async () => {
    writeSweepProject(rig, search(), { 'score.epochs': 2, 'score.milliseconds': 40 });
    const undisturbed = comparableTrials(await sweepJson(rig, ['--name', 'undisturbed']));
    // Without what the first one left in the cache.
    using other = new Rig();
    writeSweepProject(other, search(), { 'score.epochs': 2, 'score.milliseconds': 40 });
    for (const lines of [3, 8, 11]) {
      const { child, finished } = other.start(['sweep', sweepExperiment, '--json']);
      await untilRan(other, lines);
      child.kill('SIGKILL');
      await finished;
    }
    const { code, stdout, stderr } = await other.assay(['sweep', sweepExperiment]);
    expect(stdout).toBe('');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^going on with sweep search: \d of 8 trials are done$/m);
    expect(comparableTrials(await sweepJson(other))).toEqual(undisturbed);
    // Each epoch but those that were cut off once.
    expect(ranLines(other).length).toBeLessThanOrEqual(16 + 3);
  });

  it('goes on under a scheduler, too', async () => {
    const asha = search('trials: 9\nsampler: random\nscheduler: { asha: { minEpochs: 1, reduction: 3 } }');
    const set = { 'score.epochs': 9, 'score.milliseconds': 10 };
    writeSweepProject(rig, asha, set);
    const undisturbed = comparableTrials(await sweepJson(rig));
    using other = new Rig();
    writeSweepProject(other, asha, set);
    for (const lines of [2, 6, 9, 13]) {
      const { child, finished } = other.start(['sweep', sweepExperiment, '--json']);
      await untilRan(other, lines);
      child.kill('SIGKILL');
      await finished;
    }
    expect(comparableTrials(await sweepJson(other))).toEqual(undisturbed);
  });
});

describe('stopped with Ctrl-C', () => {
  it('keeps what was trained, ends with 130, and goes on', async () => {
    writeSweepProject(rig, search('trials: 3\nsampler: random'), {
      'score.epochs': 4,
      'score.milliseconds': 150,
    });
    const { child, finished } = rig.start(['sweep', sweepExperiment]);
    await untilRan(rig, 2);
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain('stopping: what was done is being kept; once more to stop at once');
    expect(stderr).toMatch(/^‖ trial 0 stopped in .*: it goes on next time$/m);
    expect(stderr).toMatch(/^interrupted in .*: the same command goes on with sweep search$/m);
    const result = await sweepJson(rig);
    expect(result.counts['done']).toBe(3);
    const lines = ranLines(rig);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('a finished sweep', () => {
  it('is done when it is run again, and trains nothing', async () => {
    writeSweepProject(rig, search());
    const first = await sweepJson(rig);
    const again = await rig.assay(['sweep', sweepExperiment]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('going on with sweep search: 8 of 8 trials are done');
    expect(again.stderr).not.toContain('begins');
    expect(ranLines(rig)).toHaveLength(8);
    expect(comparableTrials(await sweepJson(rig))).toEqual(comparableTrials(first));
  });

  it('is extended by more trials, and proposes what a longer one would have', async () => {
    writeSweepProject(rig, search());
    const longer = comparableTrials(await sweepJson(rig, ['--name', 'longer', '--trials', '12']));
    await sweepJson(rig);
    expect(comparableTrials(await sweepJson(rig, ['--trials', '12']))).toEqual(longer);
  });

  it('keeps its threads, whatever the workers are later', async () => {
    writeSweepProject(rig, search('trials: 2\nsampler: random').replace('workers: 1', ''));
    const first = await sweepJson(rig, ['--threads', '3']);
    const second = await sweepJson(rig, ['--workers', '1', '--trials', '3']);
    expect([first.threads, second.threads]).toEqual([3, 3]);
  });

  it('keeps of a widened space what still fits, and repeats none of it', async () => {
    const grid = (values: string): string => `
objective: { metric: loss, goal: minimize }
space: { score.x: ${values} }
sampler: grid
workers: 1`;
    writeSweepProject(rig, grid('[0.1, 0.5]'));
    await sweepJson(rig);
    writeSweepProject(rig, grid('[0.05, 0.1, 0.3, 0.5]'));
    const wide = await sweepJson(rig);
    expect(wide.trials.map(({ assignments }) => assignments['score.x'])).toEqual([0.1, 0.5, 0.05, 0.3]);
    expect(ranLines(rig)).toEqual(['x=0.1 epoch 1', 'x=0.5 epoch 1', 'x=0.05 epoch 1', 'x=0.3 epoch 1']);
    writeSweepProject(rig, grid('[0.5, 0.7]'));
    const other = await sweepJson(rig);
    expect(other.trials.map(({ assignments }) => assignments['score.x'])).toEqual([0.1, 0.5, 0.05, 0.3, 0.7]);
  });

  it('is not gone on with where its values could not be compared', async () => {
    writeSweepProject(rig, search());
    await sweepJson(rig);
    writeSweepProject(rig, search().replace('loss, goal', 'distance, goal'), { 'score.epochs': 5 });
    const { code, stderr } = await rig.assay(['sweep', sweepExperiment, '--set', 'seed=9']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      [
        'error[sweep-changed]: sweep "search" can\'t go on, because its values could not be compared: "objective" was [{"metric":"loss","goal":"minimize"}], now [{"metric":"distance","goal":"minimize"}]; "seed" was 7, now 9; "score.epochs" was 1, now 5',
        '  fix: begin another one: --name search-2, or set sweep.name',
        '',
        '1 problem',
        '',
      ].join('\n'),
    );
    expect((await rig.assay(['sweep', sweepExperiment, '--name', 'search-2', '--trials', '1'])).code).toBe(0);
  });

  it('that ran out of time goes on with more of it', async () => {
    writeSweepProject(rig, search('trials: 4\nsampler: random'), { 'score.milliseconds': 700 });
    const { code, stderr } = await rig.assay(['sweep', sweepExperiment, '--budget', '1s']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^done in .*: the time is up; a larger --budget goes on$/m);
    const more = await sweepJson(rig, ['--budget', '1h']);
    expect(more.counts['done']).toBe(4);
  });
});

it('is run by one process at a time', async () => {
  writeSweepProject(rig, search('trials: 2\nsampler: random'), {
    'score.epochs': 60,
    'score.milliseconds': 300,
  });
  const { child, finished } = rig.start(['sweep', sweepExperiment]);
  await untilRan(rig, 1);
  const second = await rig.assay(['sweep', sweepExperiment]);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(
    `error[sweep-running]: expected sweep "search" to be run by one process at a time, got a second one: process ${child.pid} is running it`,
  );
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
});
