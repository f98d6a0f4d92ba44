/** Early stopping and class weights, on their own. */
import { describe, expect, it } from 'vitest';
import { classWeightsOf } from '../../src/stages/train/class-weights.js';
import { watchEpoch, watchStart, type Watch } from '../../src/stages/train/early-stopping.js';

function watch(values: readonly number[], settings: Watch) {
  const states = [watchStart];
  values.forEach((value, i) => {
    const record = { epoch: i + 1, step: i + 1, metrics: { [settings.metric]: value } };
    states.push(watchEpoch(states.at(-1)!, record, settings));
  });
  return states.slice(1);
}

describe('early stopping', () => {
  it('stops after so many epochs without a lower loss', () => {
    const states = watch([3, 2, 2, 1, 1, 1.5, 1.2], { metric: 'validation.loss', patience: 3, minDelta: 0 });
    expect(states.map(({ bestEpoch }) => bestEpoch)).toEqual([1, 2, 2, 4, 4, 4, 4]);
    expect(states.map(({ stopped }) => stopped)).toEqual([false, false, false, false, false, false, true]);
  });

  it('watches for a higher accuracy', () => {
    const states = watch([0.5, 0.7, 0.6], { metric: 'train.accuracy', patience: 1, minDelta: 0 });
    expect(states.at(-1)).toEqual({ bestEpoch: 2, bestValue: 0.7, epochsWithout: 1, stopped: true });
  });

  it('counts a value as better only when it is so by more than minDelta', () => {
    const states = watch([1, 0.75, 0.5], { metric: 'train.loss', patience: 5, minDelta: 0.25 });
    expect(states.map(({ bestEpoch }) => bestEpoch)).toEqual([1, 1, 3]);
  });

  it('never stops without patience', () => {
    const states = watch([1, 2, 3, 4], { metric: 'train.loss', minDelta: 0 });
    expect(states.at(-1)).toEqual({ bestEpoch: 1, bestValue: 1, epochsWithout: 3, stopped: false });
  });
});

describe('class weights', () => {
  const nowhere = () => undefined;

  it('are balanced as by compute_class_weight of scikit-learn', () => {
    expect(classWeightsOf('balanced', [10, 30, 60], nowhere)).toEqual([100 / 30, 100 / 90, 100 / 180]);
  });

  it('leave a class without images at 1', () => {
    expect(classWeightsOf('balanced', [10, 0], nowhere)).toEqual([0.5, 1]);
  });

  it('are nothing when there are none', () => {
    expect(classWeightsOf('none', [1, 2], nowhere)).toBeUndefined();
    expect(classWeightsOf([1, 3], [1, 2], nowhere)).toEqual([1, 3]);
  });
});
