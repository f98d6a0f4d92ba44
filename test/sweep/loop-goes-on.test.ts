/** The loop of a sweep that goes on from what was recorded: nothing is lost, nothing done twice, nothing else proposed. */
import { describe, expect, it } from 'vitest';
import {
  broken,
  countingSampler,
  digestOf,
  done,
  easy,
  lost,
  play,
  recordOf,
  templateOf,
  x,
  type Script,
} from './scripted.js';

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

  it('counts failed attempts alone, however often others were cut off', async () => {
    const retrying = { trials: 1, retries: 2 };
    const { events } = await play(() => lost, { sweep: retrying });
    // The first attempt was lost; the second is cut off again and again.
    const second = events.findLastIndex((event) => event.type === 'trial-started' && event.attempt === 2);
    let recorded = recordOf(events.slice(0, second + 1));
    for (let round = 0; round < 3; round += 1) {
      const cut = await play(() => lost, { sweep: retrying, recorded });
      const again = cut.events.findIndex(({ type }) => type === 'trial-started');
      expect(cut.events[again]).toMatchObject({ attempt: 2 });
      recorded = recordOf(cut.events.slice(0, again + 1), recorded);
    }
    let left = 1;
    const { outcome } = await play(() => (left-- > 0 ? lost : done(1)), { sweep: retrying, recorded });
    expect(outcome.trials[0]).toMatchObject({ state: 'done', failures: 2 });
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

  it('twice, after its grid had grown, still tries every point of it', async () => {
    const grid = { kind: 'grid', steps: 5 } as const;
    const small = await play(easy, { sweep: { sampler: grid }, sampler: countingSampler(4) });
    expect(small.outcome.trials).toHaveLength(4);
    /** 10 and 11 come before the points that were there. */
    const wide = {
      name: 'wide',
      size: 6,
      propose: ({ draw }: { draw: number }) =>
        draw < 6 ? { x: draw < 2 ? 10 + draw : draw - 2 } : undefined,
    };
    const first = await play(easy, {
      sweep: { sampler: grid },
      sampler: wide,
      recorded: small.recorded,
      spaceChanged: true,
    });
    const proposed = first.events.findIndex(({ type }) => type === 'trial-proposed');
    const killed = recordOf(first.events.slice(0, proposed + 1), small.recorded);
    const second = await play(easy, { sweep: { sampler: grid }, sampler: wide, recorded: killed });
    expect(second.outcome.trials.map(({ values }) => values?.[0])).toEqual([0, 1, 2, 3, 10, 11]);
  });
});
