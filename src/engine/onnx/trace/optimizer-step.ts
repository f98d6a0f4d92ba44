/**
 * The end of a training step as nodes of a graph: clipping, the optimizer, constraints. Owns no weights; what comes before
 * it is `trace-network.ts`.
 */
import type { tf, tfLayers } from '../../../models/tfjs.js';
import type { TrainingSetup } from '../../engine.js';
import { clipGradients } from '../../gradient-clipping.js';
import { createOptimizer } from '../../optimizers/create-optimizer.js';
import type { NamedValue, Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { names } from './graph-names.js';
import { tensorFor, valueFor } from './symbolic-backend.js';
import { putTogether, takeApart, type WeightGroup } from './weight-groups.js';

interface GroupedNetwork {
  readonly model: tfLayers.LayersModel;
  readonly groups: readonly WeightGroup[];
}

/** @param gradients by group, as they are before clipping. @returns the next weights and slots. */
export function takeOptimizerStep(
  { model, groups }: GroupedNetwork,
  setup: TrainingSetup,
  b: GraphBuilder,
  weights: readonly Value[],
  gradients: readonly Value[],
): NamedValue[] {
  const optimizer = createOptimizer(setup.optimizer);
  const clipped = clip(b, groups, gradients, setup);
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1)).map((name) => [
      name,
      tensorFor(b.input(names.scalar(name), 'float32', [])) as tf.Scalar,
    ]),
  );
  return groups.flatMap((group, i) => {
    const slots = optimizer.slots.map(({ name }) =>
      tensorFor(b.input(names.slot(i, name), 'float32', group.shape)),
    );
    const next = optimizer.update(tensorFor(weights[i]!), tensorFor(clipped[i]!), slots, scalars);
    const [only] = group.members;
    const constraint = (model.weights[only!.place] as unknown as Constrained).constraint;
    const weight = group.members.length === 1 && constraint ? constraint.apply(next.weight) : next.weight;
    return [
      { name: names.next(names.group(i)), value: valueFor(weight) },
      ...optimizer.slots.map(({ name }, j) => ({
        name: names.next(names.slot(i, name)),
        value: valueFor(next.slots[j]!),
      })),
    ];
  });
}

interface Constrained {
  readonly constraint?: { apply(weight: tf.Tensor): tf.Tensor } | null;
}

/** Whether a weight is held to something after each step: its change is then not the optimizer's alone. */
export function isConstrained(weight: unknown): boolean {
  return ((weight as Constrained).constraint ?? undefined) !== undefined;
}

/** Norms are taken weight by weight, so groups are taken apart for them. */
function clip(
  b: GraphBuilder,
  groups: readonly WeightGroup[],
  gradients: readonly Value[],
  { clipping }: TrainingSetup,
): readonly Value[] {
  if (Object.values(clipping).every((bound) => bound === undefined)) return gradients;
  const apart = groups.map((group, i) => takeApart(b, group, gradients[i]!));
  const clipped = clipGradients(
    apart.flat().map((value) => tensorFor(value)),
    clipping,
  ).map((tensor) => valueFor(tensor));
  let at = 0;
  return groups.map((group) => {
    const parts = clipped.slice(at, at + group.members.length);
    at += parts.length;
    return putTogether(b, group, parts);
  });
}
