/** The loop of a sweep, with an executor that does as the test says: order, failures, retries. */
import { describe, expect, it } from 'vitest';
import { ok } from '../../src/core/problem.js';
import { broken, done, easy, lost, play, templateOf, x } from './scripted.js';

describe('trials', () => {
  it('are proposed one after the other and end with their values', async () => {
    const { outcome, executor, events } = await play(easy, {
      sweep: { trials: 3, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } },
    });
    expect(outcome.status).toBe('done');
    expect(outcome.reason).toBe('trials');
    expect(outcome.trials.map(({ values }) => values)).toEqual([[0], [1], [2]]);
    expect(executor.most).toBe(1);
    expect(events.map(({ type }) => type)).toEqual([
      'sweep-started',
      ...['trial-proposed', 'trial-started', 'trial-ended'],
      ...['trial-proposed', 'trial-started', 'trial-ended'],
      ...['trial-proposed', 'trial-started', 'trial-ended'],
      'sweep-ended',
    ]);
  });

  it('keep every worker busy, and no more than that where the sampler learns', async () => {
    const { executor } = await play(
      async (job) => {
        await new Promise((resolve) => setImmediate(resolve));
        return done(x(job));
      },
      { sweep: { trials: 20, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } }, slots: 4 },
    );
    expect(executor.most).toBe(4);
    expect(executor.jobs.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  });

  it('are shown to samplers as values to be made small', async () => {
    const seen: unknown[] = [];
    await play(easy, {
      sweep: {
        trials: 2,
        objectives: [{ metric: 'loss', goal: 'maximize' }],
        sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 },
      },
      sampler: {
        name: 'seeing',
        propose: ({ draw, trials }) => {
          seen.push(trials.map(({ state, values }) => [state, values]));
          return { x: draw + 5 };
        },
      },
    });
    expect(seen).toEqual([[], [['done', [-5]]]]);
  });

  it('fail without their objective, and the first to do so ends the sweep', async () => {
    const { outcome } = await play(() => ({ status: 'done', metrics: { los: 1, accuracy: 2 } }), {
      sweep: { trials: 5 },
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.trials.filter(({ state }) => state === 'failed')).toHaveLength(1);
    expect(outcome.problem).toEqual({
      code: 'objective-missing',
      message:
        'expected the objective to be a metric that a run reports, got "loss"; there are accuracy, los',
      fix: 'did you mean "los"?',
    });
  });

  it('fail where their objective is no number, without another attempt', async () => {
    const { outcome, executor } = await play((job) => done(x(job) === 1 ? NaN : 1), { sweep: { trials: 3 } });
    expect(outcome.trials.map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
    expect(outcome.trials[1]!.problem?.message).toBe('expected "loss" to be a finite number, got NaN');
    expect(executor.jobs).toHaveLength(3);
  });
});

describe('failures', () => {
  it('take no time of a trial that no worker took up', async () => {
    const { events } = await play(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return lost;
      },
      { sweep: { trials: 1 }, startedUntil: 0 },
    );
    const seconds = events.flatMap((event) => (event.type === 'trial-ended' ? [event.seconds] : []));
    expect(new Set(seconds)).toEqual(new Set([0]));
  });

  it('are tried again as often as the policy says, before anything new is begun', async () => {
    let left = 2;
    const { outcome, executor, events } = await play((job) => (x(job) === 1 && left-- > 0 ? lost : done(1)), {
      sweep: { trials: 3, retries: 2, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } },
    });
    expect(executor.jobs.map(({ trial }) => trial)).toEqual([0, 1, 1, 1, 2]);
    expect(outcome.trials.map(({ state, failures }) => [state, failures])).toEqual([
      ['done', 0],
      ['done', 2],
      ['done', 0],
    ]);
    expect(events.flatMap((event) => (event.type === 'trial-started' ? [event.attempt] : []))).toEqual([
      1, 1, 2, 3, 1,
    ]);
  });

  it('cost one trial when they do not stop', async () => {
    const { outcome, events } = await play((job) => (x(job) === 0 ? lost : done(1)), {
      sweep: { trials: 2, retries: 1 },
    });
    expect(outcome.trials.map(({ state }) => state)).toEqual(['failed', 'done']);
    expect(events.find((event) => event.type === 'trial-ended' && event.state === 'failed')).toMatchObject({
      problem: { code: 'worker-crashed' },
      output: 'last words',
    });
  });

  it('that another attempt would only repeat are not tried again', async () => {
    const { executor } = await play(() => broken('loss-not-finite'), { sweep: { trials: 2, retries: 5 } });
    expect(executor.jobs).toHaveLength(2);
  });

  it('end the sweep for those who want it', async () => {
    const { outcome } = await play((job) => (x(job) === 1 ? broken() : done(1)), {
      sweep: {
        trials: 9,
        retries: 0,
        failFast: true,
        sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 },
      },
    });
    expect([outcome.status, outcome.reason]).toEqual(['failed', 'fail-fast']);
    expect(outcome.trials).toHaveLength(2);
  });

  it('of a network that can not be built make room for another trial', async () => {
    const { outcome } = await play(
      (job) =>
        x(job) === 0
          ? {
              status: 'failed',
              stage: 'build',
              kind: 'build',
              problems: [{ code: 'layer-input', message: 'no' }],
            }
          : done(1),
      { sweep: { trials: 2 } },
    );
    expect(outcome.trials.map(({ state }) => state)).toEqual(['infeasible', 'done', 'done']);
  });

  it('of the machine while a network is built are failures, and tried again', async () => {
    let left = 1;
    const { outcome } = await play(
      () => (left-- > 0 ? { ...broken('disk-full'), stage: 'build', kind: 'build' } : done(1)),
      { sweep: { trials: 1 } },
    );
    expect(outcome.trials.map(({ state, failures }) => [state, failures])).toEqual([['done', 1]]);
  });

  it('of every network end the search', async () => {
    const { outcome } = await play(
      () => ({
        status: 'failed',
        stage: 'build',
        kind: 'build',
        problems: [{ code: 'layer-input', message: 'no' }],
      }),
      { sweep: { trials: 5 } },
    );
    expect(outcome.reason).toBe('exhausted');
    expect(outcome.problem?.message).toBe(
      'expected the space to hold a feasible configuration, got 100 infeasible ones in a row; the last one: no',
    );
  });

  it('to find a worker at all end the sweep, and no trial pays for it', async () => {
    const { outcome, recorded } = await play((job) => (job.trial < 2 ? done(1) : lost), {
      sweep: { trials: 9, retries: 0 },
      startedUntil: 2,
    });
    expect([outcome.status, outcome.problem?.code]).toEqual(['failed', 'worker-crashed']);
    expect(outcome.trials.filter(({ state }) => state === 'failed')).toEqual([]);
    const later = await play(() => done(1), { sweep: { trials: 9, retries: 0 }, recorded });
    expect(later.outcome.trials.map(({ state, failures }) => [state, failures])).toEqual(
      Array.from({ length: 9 }, () => ['done', 0]),
    );
  });

  it('that are bugs of ours are thrown, once everything has stopped', async () => {
    const playing = play(() => {
      throw new Error('a bug');
    });
    await expect(playing).rejects.toThrow('a bug');
  });
});

it('checks no configuration twice, however many trials there are', async () => {
  let checks = 0;
  const template = templateOf((assignments) => {
    checks += 1;
    return ok(JSON.stringify(assignments));
  });
  await play(easy, { sweep: { trials: 500 }, template, slots: 3 });
  expect(checks).toBe(500);
});
