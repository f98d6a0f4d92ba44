/** What the page of a sweep makes of the trials that it was told of. */
import { expect, it } from 'vitest';
import { SweepModel } from '../../src/report/browser/live/sweep-model.js';
import type { ToldTrial } from '../../src/report/live/told-sweep.js';

const trial = (number: number, facts: Partial<ToldTrial>): ToldTrial => ({
  ...{ number, address: `/runs/${number}`, state: 'done', settings: {}, values: [], epochs: 1, seconds: 1 },
  ...{ started: null, ended: null, spans: [], problem: null },
  ...facts,
});

it('of an attempt whose end nobody told, only one that is under way goes on until now', () => {
  const model = new SweepModel();
  const trials = [
    // Its first attempt died without a word.
    trial(0, {
      state: 'running',
      started: 500,
      spans: [
        [1, 100, null],
        [2, 500, null],
      ],
    }),
    trial(1, { state: 'waiting', started: 300, spans: [[2, 300, null]] }),
    trial(2, { started: 150, ended: 250, spans: [[2, 150, 250]] }),
  ];
  model.take({ metric: null, objectives: [], of: 3, trials, curves: {} }, true);
  expect(model.data(900).rest.spans).toEqual([
    [0, 1, 0, 0],
    [0, 2, 400, 800],
    [1, 2, 200, 200],
    [2, 2, 50, 150],
  ]);
});
