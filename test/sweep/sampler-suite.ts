/** What every sampler must pass, whatever its strategy. */
import { describe, expect, it } from 'vitest';
import type { SamplerSettings, SearchSpace } from '../../src/config/checked-sweep.js';
import { RandomStream } from '../../src/core/random.js';
import { createSampler } from '../../src/sweep/samplers/create-sampler.js';
import type { SampledTrial, Sampler } from '../../src/sweep/samplers/sampler.js';
import { randomPoint } from '../../src/sweep/samplers/walk-space.js';
import { box, everything, faults, parameter, search } from './support/spaces.js';

const states: SampledTrial['state'][] = [
  'done',
  'done',
  'pruned',
  'failed',
  'paused',
  'infeasible',
  'running',
  'waiting',
];

/** Trials in every state, with values that are no numbers among them. */
function eventful(space: SearchSpace, count: number, objectives: number): SampledTrial[] {
  const random = new RandomStream(11, 'eventful');
  return Array.from({ length: count }, (_, number) => {
    const state = states[random.integer(states.length)]!;
    const value = random.integer(20) === 0 ? NaN : random.normal();
    return {
      number,
      point: randomPoint(space, random),
      state,
      values: state === 'done' ? Array.from({ length: objectives }, (_, i) => value * (i - 0.5)) : undefined,
      last: state === 'pruned' || state === 'paused' ? { epoch: 1 + random.integer(9), value } : undefined,
    };
  });
}

export function samplerSuite(settings: SamplerSettings): void {
  const make = (space: SearchSpace, seed = 1, objectives = 1): Sampler =>
    createSampler(settings, { space, seed, objectives });
  const drawsFromSeed = settings.kind !== 'grid';

  describe(`the sampler ${settings.kind}`, () => {
    it('has the name that the settings give it', () => {
      expect(make(everything).name).toBe(settings.kind);
    });

    it('proposes whole points of the space, with exactly the parameters whose conditions hold', () => {
      const trials = search(make(everything), 150, ({ rate, momentum }) => [
        Math.abs(Math.log(rate! / 0.01)) + momentum!,
      ]);
      expect(trials).toHaveLength(150);
      for (const { point } of trials) expect(faults(everything, point)).toEqual([]);
    });

    it('proposes the same for the same request, asked again or after a restart', () => {
      const undisturbed = search(make(everything), 60, ({ rate, shift }) => [rate! + Math.abs(shift!)]);
      const warm = make(everything);
      for (const { number, point } of undisturbed) {
        const before = undisturbed.slice(0, number);
        // Trials that were read back from a record are equal, but not the same objects.
        const restored = structuredClone(before);
        expect(make(everything).propose({ draw: number, trials: restored })).toEqual(point);
        expect(warm.propose({ draw: number, trials: before })).toEqual(point);
        expect(warm.propose({ draw: number, trials: restored })).toEqual(point);
      }
    });

    it('gives the same answers in any order of asking, and leaves the trials as they are', () => {
      const trials = eventful(everything, 80, 1);
      const untouched = structuredClone(trials);
      const draws = [80, 3, 81, 500, 0];
      const warm = make(everything);
      const forwards = draws.map((draw) => warm.propose({ draw, trials: trials.slice(0, 10 + (draw % 70)) }));
      const backwards = [...draws]
        .reverse()
        .map((draw) => make(everything).propose({ draw, trials: trials.slice(0, 10 + (draw % 70)) }))
        .reverse();
      expect(forwards).toEqual(backwards);
      expect(trials).toEqual(untouched);
    });

    it.each([1, 2, 3])('goes on among trials in every state, with %i objectives', (objectives) => {
      for (const count of [0, 1, 2, 5, 40, 300]) {
        const trials = eventful(everything, count, objectives);
        const sampler = make(everything, 5, objectives);
        for (let draw = count; draw < count + 5; draw++) {
          expect(faults(everything, sampler.propose({ draw, trials })!)).toEqual([]);
        }
      }
    });

    it.each(['waiting', 'running', 'failed', 'infeasible'] as const)(
      'goes on where all trials are %s',
      (state) => {
        const trials = eventful(everything, 60, 1).map(({ number, point }): SampledTrial => ({
          number,
          point,
          state,
        }));
        expect(faults(everything, make(everything).propose({ draw: 60, trials })!)).toEqual([]);
      },
    );

    it('goes on with trials from before the space was widened and narrowed', () => {
      const before: SearchSpace = {
        parameters: [
          parameter('network', { kind: 'choice', count: 5 }),
          parameter('rate', { kind: 'logUniform', low: 1e-7, high: 100 }),
          parameter('gone', { kind: 'uniform', low: 0, high: 1 }),
        ],
      };
      const trials = eventful(before, 60, 1);
      for (let draw = 60; draw < 80; draw++) {
        expect(faults(everything, make(everything).propose({ draw, trials })!)).toEqual([]);
      }
    });

    it('proposes the one point of a space without freedom', () => {
      const only: SearchSpace = {
        parameters: [
          parameter('a', { kind: 'choice', count: 1 }),
          parameter('b', { kind: 'int', low: 4, high: 4 }),
          parameter('c', { kind: 'uniform', low: 0.5, high: 0.5 }),
          parameter('d', { kind: 'quantized', low: 1, high: 1.5, step: 1 }),
        ],
      };
      const trials = eventful(only, 30, 1);
      expect(make(only).propose({ draw: 0, trials })).toEqual({ a: 0, b: 4, c: 0.5, d: 1 });
      expect(make({ parameters: [] }).propose({ draw: 0, trials: [] })).toEqual({});
    });

    if (!drawsFromSeed) return;

    it('proposes other points under another seed and in another draw', () => {
      const trials = eventful(box(3), 50, 1);
      const seen = new Set<string>();
      for (const seed of [1, 2, 3]) {
        for (const draw of [50, 51, 52])
          seen.add(JSON.stringify(make(box(3), seed).propose({ draw, trials })));
      }
      expect(seen.size).toBe(9);
    });
  });
}
