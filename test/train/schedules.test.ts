/** Learning-rate schedules against their closed forms. */
import { describe, expect, it } from 'vitest';
import { createSchedule } from '../../src/stages/train/schedules/create-schedule.js';
import type { ScheduleSettings } from '../../src/stages/train/schedule.schema.js';

const length = { stepsPerEpoch: 5, totalSteps: 20 };
const factors = (settings: ScheduleSettings, of = length): number[] => {
  const schedule = createSchedule(settings, of);
  return Array.from({ length: of.totalSteps }, (_, step) => schedule(step));
};

describe('the learning rate', () => {
  it('stays: constant', () => {
    expect(factors({ kind: 'constant' })).toEqual(new Array(20).fill(1));
  });

  it('drops every so many epochs: step', () => {
    const dropped = factors({ kind: 'step', every: 2, factor: 0.5 });
    expect(dropped).toEqual([...new Array<number>(10).fill(1), ...new Array<number>(10).fill(0.5)]);
  });

  it('decays by the factor over each epoch: exponential', () => {
    factors({ kind: 'exponential', factor: 0.9 }).forEach((factor, step) => {
      expect(factor).toBeCloseTo(Math.exp((Math.log(0.9) * step) / 5), 12);
    });
  });

  it('falls along half a cosine: cosine', () => {
    const fallen = factors({ kind: 'cosine', final: 0.2 });
    fallen.forEach((factor, step) => {
      expect(factor).toBeCloseTo(0.2 + 0.8 * Math.cos((Math.PI * step) / 40) ** 2, 12);
    });
    expect(fallen[0]).toBe(1);
    expect(fallen[10]).toBeCloseTo(0.6, 12);
  });

  it('rises and falls as in OneCycleLR of PyTorch: oneCycle', () => {
    const cycle = factors({ kind: 'oneCycle', peakAt: 0.3, startDivisor: 25, finalDivisor: 1e4 });
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=20), by its formula.
    expect(cycle[0]).toBeCloseTo(0.04, 12);
    expect(cycle[5]).toBe(1);
    expect(cycle[1]).toBeCloseTo(0.04 + (0.96 * (1 - Math.cos(Math.PI / 5))) / 2, 12);
    expect(cycle[12]).toBeCloseTo((1 + 4e-6) / 2, 12);
    expect(cycle[19]).toBeCloseTo(4e-6, 12);
    expect(Math.max(...cycle)).toBe(1);
  });

  it.each([
    ['in one step', { stepsPerEpoch: 1, totalSteps: 1 }],
    ['in two steps', { stepsPerEpoch: 1, totalSteps: 2 }],
  ])('is a number however short training is: %s', (_name, short) => {
    for (const settings of [
      { kind: 'oneCycle', peakAt: 0, startDivisor: 25, finalDivisor: 10 },
      { kind: 'oneCycle', peakAt: 1, startDivisor: 25, finalDivisor: 10 },
      { kind: 'cosine', final: 0, warmup: { epochs: 5 } },
      { kind: 'step', every: 1, factor: 0.1, warmup: { steps: 1 } },
    ] satisfies ScheduleSettings[]) {
      for (const factor of factors(settings, short)) {
        expect(factor).toBeGreaterThanOrEqual(0);
        expect(factor).toBeLessThanOrEqual(1);
      }
    }
  });

  it('warms up along a line, by steps or by epochs, and leaves the schedule the rest', () => {
    const bySteps = factors({ kind: 'cosine', final: 0, warmup: { steps: 4 } });
    expect(bySteps.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect(bySteps.slice(4)).toEqual(
      factors({ kind: 'cosine', final: 0 }, { stepsPerEpoch: 5, totalSteps: 16 }),
    );
    const byEpochs = factors({ kind: 'constant', warmup: { epochs: 0.8 } });
    expect(byEpochs.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  });
});
