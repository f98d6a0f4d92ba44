/** What the settings of `train` allow, and what they are when they are not given. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileSchema } from '../../src/config/compile-schema.js';
import type { Checker } from '../../src/config/explain-errors.js';
import { fillDefaults } from '../../src/config/schema-walk.js';
import { nodeFromJson, toJson } from '../../src/config/source-node.js';
import type { Json } from '../../src/core/json.js';
import { TrainSettings } from '../../src/stages/train.schema.js';

let checker: Checker;
beforeAll(async () => {
  const compiled = await compileSchema(TrainSettings, 'train');
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
  checker = compiled.value;
});

const complete = (settings: Json): Json => toJson(fillDefaults(checker.schema, nodeFromJson(settings)));

/** Every object of a schema, with the name of the property that it describes. */
function* properties(node: unknown, name = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const child of node) yield* properties(child, name);
    return;
  }
  const object = node as Record<string, unknown>;
  if (typeof object['properties'] === 'object') {
    for (const [key, child] of Object.entries(object['properties'] as object))
      yield [`${name}.${key}`, child as Record<string, unknown>];
  }
  for (const [key, child] of Object.entries(object))
    yield* properties(child, key === 'properties' ? name : `${name}.${key}`);
}

describe('the settings of train', () => {
  it('are complete when none is given', () => {
    expect(complete({})).toEqual({
      epochs: 10,
      batchSize: 128,
      optimizer: { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      schedule: { kind: 'constant' },
      loss: 'categoricalCrossentropy',
      labelSmoothing: 0,
      classWeights: 'none',
      validationBatchSize: 256,
    });
  });

  it.each([
    [{ kind: 'sgd' }, { learningRate: 0.01 }],
    [{ kind: 'momentum' }, { learningRate: 0.01, momentum: 0.9 }],
    [
      { kind: 'nesterov', momentum: 0.5 },
      { learningRate: 0.01, momentum: 0.5 },
    ],
    [{ kind: 'adagrad' }, { learningRate: 0.01, initialAccumulator: 0.1, epsilon: 1e-7 }],
    [{ kind: 'rmsprop' }, { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7 }],
    [{ kind: 'adamw' }, { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 }],
  ])('complete the optimizer %j', (optimizer, rest) => {
    const settings = complete({ optimizer }) as { optimizer: Json };
    expect(settings.optimizer).toEqual({ ...rest, ...optimizer });
    expect(checker.validate(settings)).toBe(true);
  });

  it.each([
    [{ kind: 'step' }, { every: 10, factor: 0.1 }],
    [{ kind: 'exponential', warmup: { epochs: 0.5 } }, { factor: 0.95 }],
    [{ kind: 'cosine', warmup: { steps: 100 } }, { final: 0 }],
    [{ kind: 'oneCycle' }, { peakAt: 0.3, startDivisor: 25, finalDivisor: 10_000 }],
  ])('complete the schedule %j', (schedule, rest) => {
    const settings = complete({ schedule }) as { schedule: Json };
    expect(settings.schedule).toEqual({ ...rest, ...schedule });
    expect(checker.validate(settings)).toBe(true);
  });

  it('complete early stopping', () => {
    expect(complete({ earlyStopping: {} })).toMatchObject({
      earlyStopping: { metric: 'validation.loss', patience: 5, minDelta: 0, restoreBest: true },
    });
  });

  it.each([
    { epochs: 0 },
    { epochs: 1.5 },
    { batchSize: 65_537 },
    { labelSmoothing: 1 },
    { loss: 'sparseCategoricalCrossentropy' },
    { classWeights: 'even' },
    { classWeights: [] },
    { classWeights: [-1] },
    { clip: {} },
    { clip: { value: 0 } },
    { clip: { norm: 1, globalNorm: 1 } },
    { optimizer: { kind: 'adan' } },
    { optimizer: { kind: 'sgd', momentum: 0.9 } },
    { optimizer: { kind: 'sgd', learningRate: 0 } },
    { optimizer: { kind: 'adam', beta1: 1 } },
    { schedule: { kind: 'cosine', warmup: { epochs: 1, steps: 1 } } },
    { schedule: { kind: 'oneCycle', warmup: { steps: 1 } } },
    { earlyStopping: { metric: 'test.loss' } },
    { learningRate: 0.1 },
  ])('refuse %j', (settings) => {
    expect(checker.validate(complete(settings))).toBe(false);
  });

  it('are described, every one', () => {
    const undescribed = [...properties(TrainSettings)].filter(
      ([, schema]) => typeof schema['description'] !== 'string',
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});
