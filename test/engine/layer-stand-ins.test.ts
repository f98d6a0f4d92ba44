/** Stand-ins on live layers: everything random is asked of the source, in order, wherever the layer lies. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrawSource, DrawSpec } from '../../src/engine/layer-stand-ins/draws.js';
import { putLayerStandIns } from '../../src/engine/layer-stand-ins/put-layer-stand-ins.js';
import { TensorDraws } from '../../src/engine/layer-stand-ins/tensor-draws.js';
import { tf, tfLayers, useCpuBackend } from '../../src/models/tfjs.js';

const { layers } = tfLayers;
type Layer = Parameters<tfLayers.Sequential['add']>[0];

/** Remembers what was asked for. */
class Recorded implements DrawSource {
  readonly specs: DrawSpec[] = [];
  readonly #draws = new TensorDraws(7);

  draw(spec: DrawSpec): tf.Tensor {
    this.specs.push(spec);
    return this.#draws.draw(spec);
  }
}

const kept: (() => void)[] = [];
beforeAll(useCpuBackend);
afterAll(() => kept.forEach((dispose) => dispose()));

/** What a model over sequences of 3 × 4 asks for in one pass, and what that pass puts out. */
function pass(
  layer: Layer | tfLayers.LayersModel,
  training: boolean,
): { specs: DrawSpec[]; output: number[] } {
  const model = tfLayers.sequential({ layers: [layers.inputLayer({ inputShape: [3, 4] }), layer] });
  const draws = new Recorded();
  putLayerStandIns(model, draws);
  kept.push(() => model.dispose());
  const before = tf.memory().numTensors;
  const output = tf.tidy(() => {
    const x = tf.add(tf.randomUniform([2, 3, 4], 0, 1, 'float32', 5), 0.1);
    return [...(model.apply(x, { training }) as tf.Tensor).dataSync()];
  });
  expect(tf.memory().numTensors).toBe(before);
  return { specs: draws.specs, output };
}

const keep = (probability: number, ...shape: number[]): DrawSpec => ({ kind: 'keep', shape, probability });
const normal = (mean: number, standardDeviation: number, ...shape: number[]): DrawSpec => ({
  kind: 'normal',
  shape,
  mean,
  standardDeviation,
});
const gru = (options: object = {}): Layer => layers.gru({ units: 2, dropout: 0.25, ...options });
const times = (count: number, spec: DrawSpec): DrawSpec[] => Array.from({ length: count }, () => spec);

/** Each layer with what it asks for, in order. */
const cases: readonly (readonly [
  name: string,
  make: () => Layer | tfLayers.LayersModel,
  specs: DrawSpec[],
])[] = [
  ['dropout', () => layers.dropout({ rate: 0.25 }), [keep(0.75, 2, 3, 4)]],
  ['dropout with a seed', () => layers.dropout({ rate: 0.25, seed: 3 }), [keep(0.75, 2, 3, 4)]],
  [
    'dropout along some sides',
    () => layers.dropout({ rate: 0.25, noiseShape: [null as unknown as number, 1, 4] }),
    [keep(0.75, 2, 1, 4)],
  ],
  ['dropout of nothing', () => layers.dropout({ rate: 0 }), []],
  ['spatialDropout1d', () => layers.spatialDropout1d({ rate: 0.5 }), [keep(0.5, 2, 1, 4)]],
  ['alphaDropout', () => layers.alphaDropout({ rate: 0.25 }), [keep(0.75, 2, 3, 4)]],
  ['gaussianDropout', () => layers.gaussianDropout({ rate: 0.5 }), [normal(1, 1, 2, 3, 4)]],
  ['gaussianNoise', () => layers.gaussianNoise({ stddev: 0.3 }), [normal(0, 0.3, 2, 3, 4)]],
  ['simpleRNN', () => layers.simpleRNN({ units: 2, dropout: 0.25 }), [keep(0.75, 2, 4)]],
  ['gru', () => gru(), times(3, keep(0.75, 2, 4))],
  [
    'lstm',
    () => layers.lstm({ units: 2, dropout: 0.25, recurrentDropout: 0.5 }),
    [...times(4, keep(0.75, 2, 4)), ...times(4, keep(0.5, 2, 2))],
  ],
  [
    'rnn of two cells',
    () =>
      layers.rnn({
        cell: [layers.gruCell({ units: 2, dropout: 0.25 }), layers.simpleRNNCell({ units: 2, dropout: 0.5 })],
      }),
    [...times(3, keep(0.75, 2, 4)), keep(0.5, 2, 2)],
  ],
  ['bidirectional', () => layers.bidirectional({ layer: gru() as never }), times(6, keep(0.75, 2, 4))],
  [
    'timeDistributed',
    () => layers.timeDistributed({ layer: layers.dropout({ rate: 0.25 }) }),
    times(3, keep(0.75, 2, 4)),
  ],
  [
    'a model inside',
    () => tfLayers.sequential({ layers: [layers.dropout({ rate: 0.25, inputShape: [3, 4] }), gru()] }),
    [keep(0.75, 2, 3, 4), ...times(3, keep(0.75, 2, 4))],
  ],
];

describe('a layer that draws', () => {
  it.each(cases)('asks the source in training, and nothing of it else: %s', (_, make, specs) => {
    const first = pass(make(), true);
    expect(first.specs).toEqual(specs);
    expect(first.output.every(Number.isFinite)).toBe(true);
    expect(pass(make(), false).specs).toEqual([]);
  });

  it('draws masks anew in each pass, a bare rnn too', () => {
    const cell = layers.gruCell({ units: 2, recurrentDropout: 0.5 });
    const model = tfLayers.sequential({ layers: [layers.rnn({ cell: cell, inputShape: [3, 4] })] });
    const draws = new Recorded();
    putLayerStandIns(model, draws);
    tf.tidy(() => {
      const x = tf.ones([2, 3, 4]);
      for (let i = 0; i < 2; i++) model.apply(x, { training: true });
    });
    expect(draws.specs).toEqual(times(6, keep(0.5, 2, 2)));
    model.dispose();
  });

  it('is asked once for each time it is used, though it is changed once', () => {
    const shared = layers.dropout({ rate: 0.5 });
    const input = tfLayers.input({ shape: [4] });
    const once = shared.apply(input) as tfLayers.SymbolicTensor;
    const model = tfLayers.model({ inputs: input, outputs: shared.apply(once) as tfLayers.SymbolicTensor });
    const draws = new Recorded();
    putLayerStandIns(model, draws);
    const output = tf.tidy(() => [
      ...(model.apply(tf.ones([5, 4]), { training: true }) as tf.Tensor).dataSync(),
    ]);
    expect(draws.specs).toEqual(times(2, keep(0.5, 5, 4)));
    expect(new Set(output)).toEqual(new Set([0, 4]));
    model.dispose();
  });
});

it('what normalisation lacks is 1 and 0, inside wrappers too', () => {
  const bare = { center: false, scale: false };
  for (const layer of [layers.batchNormalization(bare), layers.layerNormalization(bare)]) {
    const { output } = pass(layers.timeDistributed({ layer }), true);
    const mean = output.reduce((sum, value) => sum + value, 0) / output.length;
    expect(mean).toBeCloseTo(0, 5);
  }
});
