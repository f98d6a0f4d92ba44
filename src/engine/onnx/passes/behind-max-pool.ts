/**
 * Moves what follows a convolution behind the max-pool that comes after it, where there are a quarter as many numbers:
 * adding a bias, and activations that never fall; going back, the activation's factor and the bias's gradient. Of equal
 * numbers that an activation made of different ones another may win then, but only where its factor is 0.
 */
import { type Graph, type Node, padShape, sizeOf, splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { broadcastShapes } from '../graph/graph.js';
import { isElementwise } from '../graph/operators/elementwise.js';
import { tableOf } from '../graph/operators/macro.js';
import { evaluate } from './evaluate-at.js';
import { rewrite, type Rule } from './rewrite.js';

/** Activations that grow, if only by a rounding error, wherever their gradient is not 0. */
const growing: ReadonlySet<string> = new Set(['Elu', 'Selu', 'Sigmoid', 'Softplus', 'Softsign', 'Tanh']);

/** How far back from a pool's input its elements are in the same order. */
interface Chain {
  readonly root: Value;
  /** From the root on, each with what it reads in the place of the one before. */
  readonly steps: readonly Node[];
  /** The step that makes numbers equal, if any: of these there may be one. */
  readonly flattening: Node | undefined;
}

export function behindMaxPool(graph: Graph): Graph {
  const rule: Rule = (node, { b, uses }) => {
    switch (node.op) {
      case 'RowMaxPool': {
        const { root, steps } = chainOf(b, node.inputs[0]!);
        if (steps.length === 0) return undefined;
        return [steps.reduce((value, step) => repeat(b, step, value), pooled(b, node, root))];
      }
      case 'RowMaxPoolGradient': {
        const [x, dy] = node.inputs as [Value, Value];
        const { root, steps, flattening } = chainOf(b, x);
        return steps.length === 0 || flattening !== undefined ? undefined : [gradient(b, node, root, dy)];
      }
      case 'Mul':
      case 'Where':
        return factorBehind(b, node, (value) => uses(value) === 1);
      case 'ReduceSum': {
        const pool = b.producerOf(node.inputs[0], 'RowMaxPoolGradient');
        if (pool === undefined || !sumsPlaces(node) || !everyWindowHasAnElement(pool)) return undefined;
        return [b.add(node.op, [pool.inputs[1], node.inputs[1]], node.outputs[0]!, node.attributes)];
      }
      default:
        return undefined;
    }
  };
  return rewrite(graph, rule);
}

function chainOf(b: GraphBuilder, x: Value): Chain {
  const steps: Node[] = [];
  let flattening: Node | undefined;
  let root = x;
  for (;;) {
    const node = b.producer(root);
    if (node === undefined || sizeOf(node.inputs[0]!.shape) !== sizeOf(x.shape)) break;
    if (flattens(node) && flattening === undefined) flattening = node;
    else if (!keepsOrder(node)) break;
    steps.unshift(node);
    root = node.inputs[0]!;
  }
  return { root, steps, flattening };
}

const flattens = ({ op, inputs }: Node): boolean =>
  op === 'Relu' ||
  (op === 'Clip' && inputs.slice(1).every((bound) => !bound || splatOf(bound) !== undefined));

function keepsOrder({ op, inputs, attributes }: Node): boolean {
  if (growing.has(op)) return true;
  if (op === 'LeakyRelu') return (attributes['alpha'] as { float: number }).float > 0;
  return (op === 'Add' || op === 'Sub') && isSameAtAllPlaces(inputs[1]!);
}

const isSameAtAllPlaces = ({ shape }: Value): boolean => {
  const [h, w] = padShape(shape, 4);
  return h === 1 && w === 1;
};

/** The same step with another first input, whose shape it has. */
const repeat = (b: GraphBuilder, { op, inputs, outputs, attributes }: Node, value: Value): Value =>
  b.add(op, [value, ...inputs.slice(1)], { dtype: outputs[0]!.dtype, shape: value.shape }, attributes);

const placesOf = (node: Node): readonly number[] =>
  node.op === 'RowMaxPool' ? node.outputs[0]!.shape : node.inputs[1]!.shape;

function pooled(b: GraphBuilder, node: Node, root: Value): Value {
  return b.add(
    'RowMaxPool',
    [root, node.inputs.at(-1)],
    { dtype: 'float32', shape: placesOf(node) },
    {},
    'assay',
  );
}

function gradient(b: GraphBuilder, node: Node, root: Value, dy: Value): Value {
  return b.add('RowMaxPoolGradient', [root, dy, node.inputs.at(-1)], root, {}, 'assay');
}

/** A factor, or a condition, on a pool's gradient that is a function of what was pooled. */
function factorBehind(
  b: GraphBuilder,
  node: Node,
  isUsedOnce: (value: Value) => boolean,
): readonly Value[] | undefined {
  const at = node.inputs.findIndex((input) => b.producerOf(input, 'RowMaxPoolGradient') !== undefined);
  if (at < 0 || !isUsedOnce(node.inputs[at]!)) return undefined;
  const pool = b.producer(node.inputs[at])!;
  const [x, dy] = pool.inputs as [Value, Value];
  const { root, flattening } = chainOf(b, x);
  const others = node.inputs.filter((_, i) => i !== at) as Value[];
  // A Where must choose between the gradient and 0.
  if (node.op === 'Where' && (at === 0 || splatOf(others[1]) !== 0)) return undefined;
  if (flattening !== undefined && !vanishesWhereFlat(b, node, at, flattening)) return undefined;
  const known = new Map<Value, Value>([[root, pooled(b, pool, root)]]);
  const atWinners = others.map((other) => repeatPooled(b, other, known));
  if (atWinners.includes(undefined)) return undefined;
  const inputs = atWinners.toSpliced(at, 0, dy);
  const scaled = b.add(node.op, inputs, dy, node.attributes);
  return [gradient(b, pool, root, scaled)];
}

/** An expression of what was pooled, element by element, worked out on the pool's result; undefined if it is of more. */
function repeatPooled(b: GraphBuilder, value: Value, known: Map<Value, Value>): Value | undefined {
  const found = known.get(value);
  if (found !== undefined) return found;
  if (isSameAtAllPlaces(value)) return value;
  if (splatOf(value) !== undefined) return b.scalar(splatOf(value)!, value.dtype);
  const node = b.producer(value);
  if (node === undefined || !isElementwise(node.op)) return undefined;
  const inputs = node.inputs.map((input) => (input === undefined ? input : repeatPooled(b, input, known)));
  if (inputs.some((input, i) => input === undefined && node.inputs[i] !== undefined)) return undefined;
  const shape = inputs.reduce<readonly number[]>(
    (all, input) => broadcastShapes(all, input?.shape ?? []),
    [],
  );
  const made = b.add(node.op, inputs, { dtype: value.dtype, shape }, node.attributes);
  known.set(value, made);
  return made;
}

/** Whether the result is 0 wherever the activation makes different numbers equal, and so may let another one win. */
function vanishesWhereFlat(b: GraphBuilder, node: Node, at: number, flattening: Node): boolean {
  const [low, high] =
    flattening.op === 'Relu' ? [0, undefined] : flattening.inputs.slice(1).map((bound) => splatOf(bound));
  const samples = [
    ...(low === undefined ? [] : [low - 1e-3, low - 1, low - 1e6]),
    ...(high === undefined ? [] : [high + 1e-3, high + 1, high + 1e6]),
  ];
  return samples.every((sample) => {
    const known = new Map<Value, number>([
      [flattening.inputs[0]!, sample],
      [node.inputs[at]!, 1],
    ]);
    return evaluate(b, node, known) === 0;
  });
}

function sumsPlaces({ inputs }: Node): boolean {
  const axes = inputs[1]?.constant;
  return axes !== undefined && 'values' in axes && axes.values.includes(0) && axes.values.includes(1);
}

function everyWindowHasAnElement(pool: Node): boolean {
  const { rows, window } = tableOf(pool);
  for (let at = 0; at < rows.length; at += window) {
    if (rows.subarray(at, at + window).every((row) => row < 0)) return false;
  }
  return true;
}
