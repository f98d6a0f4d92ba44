/**
 * Traces what a network does with a batch: prediction, evaluation, a training step. Calling the live tf.layers model, the
 * loss, tfjs's own differentiation and our optimizers once, on symbols, leaves the whole computation in a graph. Runs
 * nothing.
 */
import { RandomStream } from '../../../core/random.js';
import type { ImageShape, InputScaling } from '../../../data/image-batch.js';
import { withSeededMathRandom } from '../../../models/seeded-math-random.js';
import { tf, type tfLayers } from '../../../models/tfjs.js';
import type { TrainingSetup } from '../../engine.js';
import type { DrawSpec } from '../../layer-stand-ins/draws.js';
import { losses } from '../../losses.js';
import { variableOf, type Weight } from '../../tfjs-weights.js';
import type { Graph, NamedValue, Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { add, binary, cast, mul } from '../graph/operators/elementwise.js';
import { reduce } from '../graph/operators/linear.js';
import { gather } from '../graph/operators/shape.js';
import { names } from './graph-names.js';
import { firstPlace } from './kernels/reduction.js';
import { takeOptimizerStep } from './optimizer-step.js';
import type { SymbolicDraws } from './symbolic-draws.js';
import { tensorFor, symbolicBackend, valueFor } from './symbolic-backend.js';
import { putTogether, takeApart, type WeightGroup } from './weight-groups.js';

export interface Traced {
  readonly graph: Graph;
  /** What the layers draw at random, in order: the graph's inputs `draw0`, `draw1`, … */
  readonly draws: readonly DrawSpec[];
}

export interface TracedNetwork {
  readonly model: tfLayers.LayersModel;
  readonly imageShape: ImageShape;
  readonly scaling: InputScaling;
  readonly groups: readonly WeightGroup[];
  /** Where the model's layers draw; set while a trace is going on. */
  readonly draws: SymbolicDraws;
}

interface Tracing {
  readonly b: GraphBuilder;
  readonly images: tf.Tensor;
  readonly groupValues: readonly Value[];
  /** Of weights outside the groups, by place. */
  readonly others: ReadonlyMap<number, Value>;
}

/** Begins a graph in which the model's weights and a batch of images are inputs. */
function begin(network: TracedNetwork, count: number): Tracing {
  const { model, imageShape, scaling, groups, draws } = network;
  const b = symbolicBackend().begin();
  draws.begin();
  const pixels = b.input(names.pixels, 'uint8', [count, ...imageShape]);
  let scaled = cast(b, pixels, 'float32');
  if (scaling.scale !== 1) scaled = mul(b, scaled, b.scalar(scaling.scale));
  if (scaling.offset !== 0) scaled = add(b, scaled, b.scalar(scaling.offset));
  const grouped = new Set(groups.flatMap(({ members }) => members.map(({ place }) => place)));
  const groupValues = groups.map((group, i) => {
    const value = b.input(names.group(i), 'float32', group.shape);
    const parts = takeApart(b, group, value);
    group.members.forEach(({ place }, j) => assign(model.weights[place]!, parts[j]!));
    return value;
  });
  const others = new Map<number, Value>();
  model.weights.forEach((weight, place) => {
    if (grouped.has(place)) return;
    const dtype = weight.dtype === 'int32' ? 'int32' : 'float32';
    const value = b.input(names.weight(place), dtype, weight.shape as number[]);
    others.set(place, value);
    assign(weight, value);
  });
  return { b, images: tensorFor(scaled), groupValues, others };
}

/** The variable itself, past its constraint. */
function assign(weight: Weight, value: Value): void {
  variableOf(weight).assign(tensorFor(value));
}

/** Layers of the user's own may draw from Math.random; what they drew would stand in the graph for ever. */
const traced = <T extends object>(work: () => T): T => {
  let result: T | undefined;
  tf.tidy(() => {
    result = withSeededMathRandom(new RandomStream(0, 'trace').uint32(), work);
  });
  return result!;
};

export function tracePrediction(network: TracedNetwork, count: number): Traced {
  return traced(() => {
    const { b, images } = begin(network, count);
    const predicted = network.model.apply(images, { training: false }) as tf.Tensor;
    const graph = b.build([{ name: names.predictions, value: valueFor(predicted) }]);
    return { graph, draws: network.draws.specs };
  });
}

/** The batch's share of the objective, and how many images were told right. */
function forward(
  { model }: TracedNetwork,
  setup: TrainingSetup,
  tracing: Tracing,
  share: Value,
  training: boolean,
) {
  const { b, images } = tracing;
  const count = images.shape[0];
  const labels = b.input(names.labels, 'int32', [count]);
  const { classes, labelSmoothing, classWeights } = setup;
  const predicted = model.apply(images, { training }) as tf.Tensor;
  const hot = tf.oneHot(tensorFor(labels), classes);
  const off = labelSmoothing / classes;
  const target =
    labelSmoothing === 0 ? tf.cast(hot, 'float32') : tf.add(tf.mul(hot, 1 - labelSmoothing), off);
  let perImage = losses[setup.loss](target, predicted);
  if (classWeights !== undefined) {
    const factors = b.constant(Float32Array.from(classWeights), [classes], 'float32');
    perImage = tf.mul(perImage, tensorFor(gather(b, factors, labels, 0)));
  }
  const shareOf = tensorFor(share);
  let objective: tf.Tensor = tf.mul(tf.sum(perImage), shareOf);
  const penalties = model.calculateLosses();
  if (penalties.length > 0) {
    const penalty = penalties.reduce<tf.Tensor>((sum, term) => tf.add(sum, term), tf.scalar(0));
    objective = tf.add(objective, tf.mul(penalty, tf.mul(shareOf, count)));
  }
  const found = cast(b, firstPlace(b, 'ArgMax', valueFor(predicted), 1), 'int32');
  const right = cast(b, binary(b, 'Equal', found, labels), 'float32');
  const correct = reduce(b, 'ReduceSum', right, [0], false);
  return { objective: objective as tf.Scalar, correct };
}

/** [objective, correct] as one vector. */
function sumsOf(b: GraphBuilder, objective: Value, correct: Value): Value {
  const row = (x: Value): Value => b.add('Reshape', [x, b.int64s([1])], { dtype: 'float32', shape: [1] });
  return b.add('Concat', [row(objective), row(correct)], { dtype: 'float32', shape: [2] }, { axis: 0 });
}

export function traceEvaluation(network: TracedNetwork, setup: TrainingSetup, count: number): Traced {
  return traced(() => {
    const tracing = begin(network, count);
    const share = tracing.b.input(names.share, 'float32', []);
    const { objective, correct } = forward(network, setup, tracing, share, false);
    const value = sumsOf(tracing.b, valueFor(objective), correct);
    return { graph: tracing.b.build([{ name: names.sums, value }]), draws: network.draws.specs };
  });
}

/**
 * The places of the weights that the loss depends on and that are to be trained; the others get no gradient and stay what
 * they are. @param network without groups.
 */
export function traceReached(network: TracedNetwork, setup: TrainingSetup): ReadonlySet<number> {
  return traced(() => {
    const { model } = network;
    const tracing = begin(network, 1);
    const share = tracing.b.input(names.share, 'float32', []);
    const trainable = new Set(model.trainableWeights);
    const places = [...model.weights.keys()].filter((place) => trainable.has(model.weights[place]!));
    const variables = places.map((place) => variableOf(model.weights[place]!));
    const { grads } = tf.variableGrads(
      () => forward(network, setup, tracing, share, true).objective,
      variables,
    );
    return new Set(places.filter((_, i) => grads[variables[i]!.name] !== undefined));
  });
}

/** What a graph of training gives out. */
export type StepKind =
  /** Gradients and sums of a part of a batch, added to those that come in. */
  | 'accumulate'
  /** As `accumulate`, and then the optimizer's step. */
  | 'finish'
  /** Gradients and step of a whole batch at once. */
  | 'whole'
  /** Gradients of a whole batch alone, to be looked at. */
  | 'gradients';

export function traceStep(
  network: TracedNetwork,
  setup: TrainingSetup,
  count: number,
  kind: StepKind,
): Traced {
  return traced(() => {
    const { model, groups } = network;
    const tracing = begin(network, count);
    const { b, groupValues } = tracing;
    const share = b.input(names.share, 'float32', []);
    const variables = groups.flatMap(({ members }) =>
      members.map(({ place }) => variableOf(model.weights[place]!)),
    );
    let correct: Value | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const result = forward(network, setup, tracing, share, true);
      correct = result.correct;
      return result.objective;
    }, variables);
    const outputs: NamedValue[] = [];
    const incoming = kind === 'accumulate' || kind === 'finish';
    let sums = sumsOf(b, valueFor(value), correct!);
    if (incoming) sums = add(b, sums, b.input(names.sums, 'float32', [2]));
    outputs.push({ name: names.next(names.sums), value: sums });
    const gradients = groups.map((group, i) => {
      const parts = group.members.map(({ place }) => {
        const gradient = grads[variableOf(model.weights[place]!).name];
        if (gradient === undefined) throw new Error('a weight without a gradient is in a group');
        return valueFor(gradient);
      });
      const together = putTogether(b, group, parts);
      return incoming ? add(b, together, b.input(names.gradient(i), 'float32', group.shape)) : together;
    });
    if (kind === 'accumulate' || kind === 'gradients') {
      gradients.forEach((gradient, i) =>
        outputs.push({ name: names.next(names.gradient(i)), value: gradient }),
      );
    } else {
      outputs.push(...takeOptimizerStep(network, setup, b, groupValues, gradients));
      outputs.push(...movedWeights(model, tracing));
    }
    return { graph: b.build(outputs), draws: network.draws.specs };
  });
}

/** The optimizer's step alone, with gradients that were worked out before. */
export function traceUpdate(network: TracedNetwork, setup: TrainingSetup): Traced {
  return traced(() => {
    const b = symbolicBackend().begin();
    const { groups } = network;
    const weights = groups.map(({ shape }, i) => b.input(names.group(i), 'float32', shape));
    const gradients = groups.map(({ shape }, i) => b.input(names.gradient(i), 'float32', shape));
    return { graph: b.build(takeOptimizerStep(network, setup, b, weights, gradients)), draws: [] };
  });
}

/** Weights that layers wrote to while they ran: moving averages. */
function movedWeights(model: tfLayers.LayersModel, { others }: Tracing): NamedValue[] {
  return [...others].flatMap(([place, before]) => {
    const after = valueFor(model.weights[place]!.read());
    return after === before ? [] : [{ name: names.next(names.weight(place)), value: after }];
  });
}
