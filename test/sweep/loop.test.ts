/** The loop of a sweep, with an executor that does as the test says: order, retries, budgets, promotion, going on. */
import { describe, expect, it } from 'vitest';
import type { JobListener } from '../../src/sweep/executors/executor.js';
import type { Scheduler } from '../../src/sweep/schedulers/scheduler.js';
import { ok } from '../../src/core/problem.js';
import type { SweepEvent } from '../../src/core/sweep-events.js';
import {
  broken,
  countingSampler,
  digestOf,
  done,
  lost,
  noScheduler,
  play,
  recordOf,
  refuse,
  templateOf,
  type Script,
} from './scripted.js';

const x = (job: { assignments: Readonly<Record<string, unknown>> }): number =>
  job.assignments['train.x'] as number;
const easy: Script = (job) => done(x(job));

/** Tells an epoch of the first objective and returns the verdict. */
function epoch(listener: JobListener, number: number, loss: number) {
  return listener.decide({ epoch: number, step: number, metrics: { loss } });
}

const ends = (events: readonly SweepEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'trial-ended' ? [[event.trial, event.state]] : []));

/** Pauses at epoch 1 and promotes whom the test says. */
function pausing(promotions: readonly number[]): { scheduler: Scheduler; lasts: boolean[] } {
  const lasts: boolean[] = [];
  const open = [...promotions];
  const paused = new Set<number>();
  return {
    lasts,
    scheduler: {
      name: 'pausing',
      asks: true,
      report: (trial, at) => {
        if (at > 1) return 'continue';
        paused.add(trial);
        return 'pause';
      },
      promote: (last) => {
        lasts.push(last);
        const next = open.find((trial) => paused.has(trial));
        if (next !== undefined) open.splice(open.indexOf(next), 1);
        return next;
      },
      end: () => undefined,
    },
  };
}

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

  it('that are bugs of ours are thrown, once everything has stopped', async () => {
    const playing = play(() => {
      throw new Error('a bug');
    });
    await expect(playing).rejects.toThrow('a bug');
  });
});

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

describe('schedulers', () => {
  const pausable: Script = (job, listener) => {
    const from = job.reported ?? 0;
    if (from < 1 && epoch(listener, 1, 10 - x(job)) === 'pause') return { status: 'paused' };
    epoch(listener, 2, 5);
    return done(5);
  };

  it('pause trials and go on with them under the same run', async () => {
    const { scheduler, lasts } = pausing([1]);
    const { outcome, executor, events } = await play(pausable, {
      sweep: { trials: 3 },
      scheduler: () => scheduler,
    });
    expect(executor.jobs.map(({ trial, reported }) => [trial, reported])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(executor.jobs[1]!.run).toBe(executor.jobs[2]!.run);
    expect(outcome.trials.map(({ state }) => state)).toEqual(['paused', 'done', 'paused']);
    expect(lasts).toEqual([false, false, false, false, true]);
    expect(events.filter(({ type }) => type === 'trial-reported')).toHaveLength(4);
  });

  it('hear of each epoch once; a worker that died before it could obey hears the same again', async () => {
    const told: number[] = [];
    let dies = true;
    const { outcome } = await play(
      (_, listener) => {
        const verdict = epoch(listener, 1, 3);
        if (dies) {
          dies = false;
          return lost;
        }
        return verdict === 'stop' ? { status: 'pruned' } : done(1);
      },
      {
        sweep: { trials: 1 },
        scheduler: () => ({
          ...noScheduler(),
          asks: true,
          report: (_, at) => {
            told.push(at);
            return 'stop';
          },
        }),
      },
    );
    expect(told).toEqual([1]);
    expect(outcome.trials[0]!.state).toBe('pruned');
  });

  it('that need a value of each epoch end the sweep where there is none', async () => {
    const { outcome } = await play(
      (_, listener) =>
        listener.decide({ epoch: 1, step: 1, metrics: { 'train.loss': 1 } }) === 'stop'
          ? { status: 'pruned' }
          : done(1),
      { sweep: { trials: 3 }, scheduler: () => ({ ...noScheduler(), asks: true }) },
    );
    expect(outcome.status).toBe('failed');
    expect(outcome.problem?.message).toBe(
      'expected the objective to be a metric that an epoch reports, got "loss"; there are train.loss',
    );
  });
});

describe('a sweep that was killed', () => {
  /** Draws by what it has seen, so that any difference in what it is shown changes all that follows. */
  const learning = {
    name: 'learning',
    propose: ({
      draw,
      trials,
    }: {
      draw: number;
      trials: readonly { values?: readonly number[] | undefined }[];
    }) => ({
      x: (draw * 7 + Math.round(trials.reduce((sum, { values }) => sum * 3 + (values?.[0] ?? 1), 0))) % 101,
    }),
  };
  const sweep = { trials: 12, sampler: { kind: 'tpe', startupTrials: 1, candidates: 1 } } as const;
  const script: Script = (job) => (x(job) % 5 === 0 ? broken('loss-not-finite') : done(x(job) % 13));

  it('at any event proposes what the undisturbed one did', async () => {
    const whole = await play(script, { sweep, sampler: learning });
    const facts = (played: typeof whole): unknown =>
      played.outcome.trials.map(({ header: { draw, rejected, assignments }, state, values }) => ({
        ...{ draw, rejected, assignments },
        ...{ state, values },
      }));
    for (let cut = 1; cut < whole.events.length; cut += 1) {
      const recorded = recordOf(whole.events.slice(0, cut));
      const resumed = await play(script, { sweep, sampler: learning, recorded });
      expect(facts(resumed), `cut after ${cut} events`).toEqual(facts(whole));
      expect(resumed.recorded.trials.filter(({ state }) => state === 'running')).toEqual([]);
    }
  });

  it('does not count the attempt that was cut off', async () => {
    const { events } = await play(() => done(1), { sweep: { trials: 1, retries: 0 } });
    let recorded = recordOf(events.slice(0, 3));
    expect(recorded.trials[0]).toMatchObject({ state: 'running', attempts: 1 });
    for (let round = 0; round < 3; round += 1) {
      const cut = await play(() => done(1), { sweep: { trials: 1, retries: 0 }, recorded });
      expect(cut.outcome.trials[0]!.state).toBe('done');
      recorded = recordOf(cut.events.slice(0, 3), recorded);
      expect(recorded.trials[0]).toMatchObject({ state: 'running', attempts: 1 });
    }
  });

  it('that had finished is extended', async () => {
    const short = await play(script, { sweep: { ...sweep, trials: 5 }, sampler: learning });
    const whole = await play(script, { sweep, sampler: learning });
    const extended = await play(script, { sweep, sampler: learning, recorded: short.recorded });
    expect(extended.executor.jobs.map(x)).toEqual(whole.executor.jobs.slice(5).map(x));
  });

  it('keeps of a changed space what still fits, and shows the sampler nothing else', async () => {
    const before = await play(easy, { sweep: { trials: 6 } });
    const shown: number[] = [];
    const { outcome, executor } = await play(easy, {
      sweep: { trials: 6 },
      recorded: before.recorded,
      template: templateOf(digestOf, 3),
      sampler: {
        name: 'looking',
        propose: ({ draw, trials }) => {
          shown.push(trials.length);
          return { x: 3 - (draw % 10) / 10 };
        },
      },
    });
    expect(shown[0]).toBe(4);
    expect(executor.jobs).toHaveLength(2);
    expect(outcome.trials.map(({ included }) => included)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
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
