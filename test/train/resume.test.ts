/** Training that is stopped and goes on ends with the bytes of training that was left alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { interruption, TrainRig, type Trained, type TrainOptions } from './train-rig.js';

const rig = new TrainRig();
afterAll(() => rig.close());

/** All that could be forgotten: dropout and noise, slots, distortion, sums, the schedule, the best weights. */
const options: TrainOptions = {
  network: 'dropout',
  augmentation: { shift: 1, rotate: 10, elastic: { alpha: 5, sigma: 2 } },
  settings: {
    epochs: 4,
    schedule: { kind: 'oneCycle', peakAt: 0.3, startDivisor: 25, finalDivisor: 10_000 },
    classWeights: 'balanced',
    clip: { globalNorm: 1 },
    earlyStopping: { metric: 'validation.loss', patience: 3, minDelta: 0, restoreBest: true },
  },
};
const totalSteps = 16;

let undisturbed: Trained;
beforeAll(async () => {
  undisturbed = await rig.train('undisturbed', options);
});

/** Trains, stopping after each of these steps in turn, and then to the end. */
async function withStopsAfter(name: string, stops: readonly number[]): Promise<Trained> {
  for (const stop of stops) {
    const stopping = rig.train(name, {
      ...options,
      onEvent: (event, abort) => {
        if (event.type === 'step-ended' && event.step === stop) abort();
      },
    });
    await expect(stopping).rejects.toBe(interruption);
  }
  return await rig.train(name, options);
}

describe('training that was interrupted', () => {
  it.each([1, 3, 4, 8, 11, 15, 16])('ends as undisturbed when stopped after step %i', async (stop) => {
    const resumed = await withStopsAfter(`step ${stop}`, [stop]);
    expect(resumed.files).toEqual(undisturbed.files);
    const epoch = Math.floor((stop - 1) / 4);
    expect(resumed.events[0]).toEqual({
      type: 'resumed',
      epoch,
      step: stop,
      records: expect.any(Array) as unknown,
    });
    const steps = resumed.events.filter(({ type }) => type === 'step-ended');
    expect(steps).toHaveLength(totalSteps - stop);
    expect(resumed.summary.epochs).toEqual(undisturbed.summary.epochs);
    expect(resumed.summary.metrics).toEqual(undisturbed.summary.metrics);
    expect(resumed.summary.epochSeconds).toHaveLength(undisturbed.summary.epochSeconds!.length);
  });

  it('ends as undisturbed however often it is stopped', async () => {
    const random = new RandomStream(11, 'stops');
    for (let round = 0; round < 4; round++) {
      const stops = Array.from({ length: totalSteps }, (_, i) => i + 1).filter(() => random.float() < 0.4);
      const resumed = await withStopsAfter(`round ${round}`, stops);
      expect(resumed.files).toEqual(undisturbed.files);
    }
  });

  it('goes on from the last epoch when it ended without a word', async () => {
    // What kill -9 leaves: the checkpoint of the epoch before, and nothing of the one under way.
    const died = rig.train('killed', {
      ...options,
      onEvent: (event) => {
        if (event.type === 'step-ended' && event.step === 10) throw new Error('killed');
      },
    });
    await expect(died).rejects.toThrow('killed');
    const resumed = await rig.train('killed', options);
    expect(resumed.events[0]).toEqual({
      type: 'resumed',
      epoch: 2,
      step: 8,
      records: expect.any(Array) as unknown,
    });
    expect(resumed.files).toEqual(undisturbed.files);
  });

  it('has nothing left to train when it ended just before its output was kept', async () => {
    await rig.train('finished', options);
    const again = await rig.train('finished', options);
    expect(again.files).toEqual(undisturbed.files);
    expect(again.events.map(({ type }) => type)).toEqual(['resumed']);
  });

  it('lets timers and signals have their turn while it trains', async () => {
    const controller: { stop?: () => void } = {};
    setTimeout(() => controller.stop?.(), 30);
    const stopping = rig.train('timer', {
      settings: { epochs: 100_000 },
      onEvent: (_event, abort) => {
        controller.stop = abort;
      },
    });
    await expect(stopping).rejects.toBe(interruption);
  });
});
