/** The loop of a sweep: which draws become trials, and when it ends. */
import { describe, expect, it } from 'vitest';
import {
  countingSampler,
  digestOf,
  done,
  easy,
  ends,
  play,
  refuse,
  templateOf,
  x,
  type Script,
} from './scripted.js';

describe('draws', () => {
  it('that are infeasible or there already leave gaps', async () => {
    const template = templateOf((assignments) => {
      const value = assignments['train.x'] as number;
      if (value === 1) return refuse('parameters <= 5');
      // 2 and 3 come to the same experiment.
      return digestOf({ 'train.x': value === 3 ? 2 : value });
    });
    const { outcome } = await play(easy, { sweep: { trials: 4 }, template });
    expect(outcome.trials.map(({ header }) => [header.draw, header.rejected])).toEqual([
      [0, { infeasible: 0, repeated: 0 }],
      [2, { infeasible: 1, repeated: 0 }],
      [4, { infeasible: 0, repeated: 1 }],
      [5, { infeasible: 0, repeated: 0 }],
    ]);
  });

  it('come to an end in a space of which everything is there', async () => {
    const { outcome } = await play(easy, {
      sweep: { trials: 9 },
      sampler: { name: 'repeating', propose: ({ draw }) => ({ x: draw % 3 }) },
    });
    expect(outcome.reason).toBe('exhausted');
    expect(outcome.trials).toHaveLength(3);
    expect(outcome.problem?.message).toBe(
      'the space holds no further configuration after 3 trials: the last draws were 1000 that are there already',
    );
  });

  it('come to an end where constraints refuse them all', async () => {
    const { outcome, executor } = await play(easy, {
      sweep: { trials: 9 },
      template: templateOf(() => refuse('expected parameters <= 5, got 7')),
    });
    expect(executor.jobs).toHaveLength(0);
    expect(outcome.problem).toEqual({
      code: 'space-infeasible',
      message:
        'expected the space to hold a feasible configuration, got 1000 infeasible ones in a row; the last one: expected parameters <= 5, got 7',
      fix: 'loosen sweep.constraints, or widen the space',
    });
  });

  it('leave everybody else time, however many are refused', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let checks = 0;
    const { outcome } = await play(easy, {
      sampler: countingSampler(100_000_000),
      signal: controller.signal,
      template: templateOf(() => {
        checks += 1;
        return refuse('parameters <= 5');
      }),
    });
    expect(outcome.status).toBe('interrupted');
    expect(checks).toBeLessThan(100_000_000);
  });

  it('are made by the fallback where the sampler only repeats itself', async () => {
    const { outcome } = await play(easy, {
      sweep: { trials: 4 },
      sampler: { name: 'stuck', propose: () => ({ x: 0 }) },
      fallback: { name: 'other', propose: ({ draw }) => ({ x: draw }) },
    });
    expect(outcome.reason).toBe('trials');
    expect(outcome.trials).toHaveLength(4);
  });

  it('of a grid end with the grid', async () => {
    const { outcome } = await play(easy, { sampler: countingSampler(6) });
    expect(outcome.trials).toHaveLength(6);
    expect(outcome.reason).toBe('exhausted');
  });

  it('begin with known-good points, once', async () => {
    const init = [{ 'train.x': 40 }, { 'train.x': 1 }, { 'train.x': 40 }];
    const first = await play(easy, { sweep: { trials: 4, init } });
    expect(first.executor.jobs.map(x)).toEqual([40, 1, 0, 2]);
    expect(first.outcome.trials.map(({ header }) => header.draw)).toEqual([-1, -1, 0, 2]);
    const second = await play(easy, { sweep: { trials: 5, init }, recorded: first.recorded });
    expect(second.executor.jobs.map(x)).toEqual([3]);
  });
});

describe('budgets', () => {
  const slow: Script = async (job, listener, cancelled) => {
    for (let at = 1; ; at += 1) {
      listener.event({
        type: 'stage-event',
        stage: 'train',
        runId: job.run,
        time: 0,
        event: {
          type: 'epoch-ended',
          epochs: 3,
          seconds: 1,
          record: { epoch: at, step: at, metrics: { loss: 1 / at } },
        },
      });
      const breath = new Promise((resolve) => setImmediate(() => resolve(false)));
      const stopped = await Promise.race([cancelled.then(() => true), breath]);
      if (stopped) return { status: 'interrupted' };
      if (at === 3) return done(1);
    }
  };

  it('of epochs stop what runs in order; a larger one goes on with it', async () => {
    const sweep = { trials: 4, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } } as const;
    const first = await play(slow, { sweep: { ...sweep, budget: { epochs: 4 } } });
    expect([first.outcome.status, first.outcome.reason]).toEqual(['done', 'epochs']);
    expect(ends(first.events)).toEqual([
      [0, 'done'],
      [1, 'waiting'],
    ]);
    expect(first.executor.cancelled).toEqual([1]);
    const again = await play(slow, { sweep: { ...sweep, budget: { epochs: 4 } }, recorded: first.recorded });
    expect(again.executor.jobs).toHaveLength(0);
    const more = await play(slow, { sweep: { ...sweep, budget: { epochs: 100 } }, recorded: first.recorded });
    expect(more.executor.jobs.map(({ trial, run }) => [trial, run])[0]).toEqual([
      1,
      first.outcome.trials[1]!.header.run,
    ]);
    expect(more.outcome.trials.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('of time count all sessions', async () => {
    const forever: Script = async (_, __, cancelled) => {
      await cancelled;
      return { status: 'interrupted' };
    };
    const { outcome, recorded } = await play(forever, { sweep: { trials: 2, budget: { seconds: 0.05 } } });
    expect(outcome.reason).toBe('time');
    const again = await play(forever, {
      sweep: { trials: 2, budget: { seconds: 0.05 } },
      recorded: { ...recorded, seconds: 0.05 },
    });
    expect(again.outcome.reason).toBe('time');
    expect(again.executor.jobs).toHaveLength(0);
  });

  it('that are used up change nothing where everything is there', async () => {
    const { recorded } = await play(easy, { sweep: { trials: 2 } });
    const again = await play(easy, {
      sweep: { trials: 2, budget: { seconds: 1 } },
      recorded: { ...recorded, seconds: 5 },
    });
    expect([again.outcome.status, again.outcome.reason]).toEqual(['done', 'trials']);
  });

  it('are for the user to cut short: what runs is stopped in order', async () => {
    const controller = new AbortController();
    const { outcome, events } = await play(
      async (job, _, cancelled) => {
        if (x(job) === 2) {
          controller.abort();
          await cancelled;
          return { status: 'interrupted' };
        }
        return done(1);
      },
      {
        sweep: { trials: 9, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } },
        signal: controller.signal,
      },
    );
    expect(outcome.status).toBe('interrupted');
    expect(ends(events)).toEqual([
      [0, 'done'],
      [1, 'done'],
      [2, 'waiting'],
    ]);
  });
});
