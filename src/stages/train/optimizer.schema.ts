/** The setting `optimizer` of `train`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';
import { optimizerDefaults } from '../../engine/optimizers/optimizer-defaults.js';
import { kind } from './kind.schema.js';

/** Defaults that suit each optimizer, as Keras has them. */
const learningRate = (standard: number) =>
  Type.Number({
    description: 'The learning rate at its full value; a schedule lowers it.',
    exclusiveMinimum: 0,
    maximum: 1000,
    default: standard,
  });

const share = (description: string, standard: number) =>
  Type.Number({ description, minimum: 0, exclusiveMaximum: 1, default: standard });

const epsilon = (standard: number) =>
  Type.Number({
    description: 'Keeps the division from growing without bound.',
    exclusiveMinimum: 0,
    maximum: 1,
    default: standard,
  });

const momentumOptions = {
  learningRate: learningRate(0.01),
  momentum: share('Share of the velocity kept at each step.', optimizerDefaults.momentum.momentum),
};
const adamOptions = {
  learningRate: learningRate(0.001),
  beta1: share("Decay of the gradients' running mean.", optimizerDefaults.adam.beta1),
  beta2: share("Decay of the squared gradients' running mean.", optimizerDefaults.adam.beta2),
  epsilon: epsilon(optimizerDefaults.adam.epsilon),
};

export const OptimizerSettings = Type.Union(
  [
    kind('sgd', 'Gradient descent.', { learningRate: learningRate(0.01) }),
    kind('momentum', 'Gradient descent with momentum.', momentumOptions),
    kind('nesterov', "Gradient descent with Nesterov's momentum.", momentumOptions),
    kind('adagrad', 'Adagrad: steps shrink with the sum of squared gradients.', {
      learningRate: learningRate(0.01),
      initialAccumulator: Type.Number({
        description: 'That sum before the first step.',
        minimum: 0,
        maximum: 1e6,
        default: optimizerDefaults.adagrad.initialAccumulator,
      }),
      epsilon: epsilon(optimizerDefaults.adagrad.epsilon),
    }),
    kind('rmsprop', 'RMSProp: steps are divided by the running mean of squared gradients.', {
      learningRate: learningRate(0.001),
      rho: share("Decay of the squared gradients' running mean.", optimizerDefaults.rmsprop.rho),
      momentum: share('Share of the velocity kept at each step.', optimizerDefaults.rmsprop.momentum),
      epsilon: epsilon(optimizerDefaults.rmsprop.epsilon),
    }),
    kind('adam', 'Adam.', adamOptions),
    kind('adamw', 'Adam with decoupled weight decay.', {
      ...adamOptions,
      weightDecay: Type.Number({
        description: 'Share of each weight, times the learning rate, taken off at each step.',
        minimum: 0,
        maximum: 1,
        default: optimizerDefaults.adamw.weightDecay,
      }),
    }),
  ],
  {
    description: 'How weights follow their gradients.',
    default: { kind: 'adam', learningRate: 0.001 },
  },
);
