/** Operators that work element by element, with NumPy's broadcasting. */
import { broadcastShapes, type DType, sameShape, type Value } from '../graph.js';
import type { GraphBuilder } from '../graph-builder.js';

export const arithmeticOps = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Mod'] as const;
export const comparisonOps = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'] as const;
export const logicalOps = ['And', 'Or', 'Xor'] as const;
export type BinaryOp =
  (typeof arithmeticOps)[number] | (typeof comparisonOps)[number] | (typeof logicalOps)[number];

/** Operators of one input and one output of the same shape and type. */
export const unaryOps = [
  'Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Elu', 'Erf', 'Exp', 'Floor',
  'HardSigmoid', 'LeakyRelu', 'Log', 'Neg', 'Not', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Sin',
  'Sinh', 'Softplus', 'Softsign', 'Sqrt', 'Tan', 'Tanh',
] as const; // prettier-ignore
export type UnaryOp = (typeof unaryOps)[number];

const arithmetic: ReadonlySet<string> = new Set(arithmeticOps);

/** Whether an operator works element by element, so that moving axes before it or after it is the same. */
const elementwise: ReadonlySet<string> = new Set([
  ...arithmeticOps, ...comparisonOps, ...logicalOps, ...unaryOps, 'Where', 'Cast', 'Clip', 'IsNaN', 'IsInf',
]); // prettier-ignore
export const isElementwise = (op: string): boolean => elementwise.has(op);

export function binary(b: GraphBuilder, op: BinaryOp, x: Value, y: Value): Value {
  const dtype: DType = arithmetic.has(op) ? x.dtype : 'bool';
  return b.add(op, [x, y], { dtype, shape: broadcastShapes(x.shape, y.shape) });
}

export function unary(b: GraphBuilder, op: UnaryOp, x: Value, attributes = {}): Value {
  return b.add(op, [x], x, attributes);
}

export const add = (b: GraphBuilder, x: Value, y: Value): Value => binary(b, 'Add', x, y);
export const sub = (b: GraphBuilder, x: Value, y: Value): Value => binary(b, 'Sub', x, y);
export const mul = (b: GraphBuilder, x: Value, y: Value): Value => binary(b, 'Mul', x, y);
export const div = (b: GraphBuilder, x: Value, y: Value): Value => binary(b, 'Div', x, y);

/** `condition ? x : y`, element by element. */
export function where(b: GraphBuilder, condition: Value, x: Value, y: Value): Value {
  const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape));
  return b.add('Where', [condition, x, y], { dtype: x.dtype, shape });
}

/** ONNX's numbers for its types. */
export const onnxTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};

export function cast(b: GraphBuilder, x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return b.add('Cast', [x], { dtype, shape: x.shape }, { to: onnxTypes[dtype] });
}

export function clip(b: GraphBuilder, x: Value, low: number | undefined, high: number | undefined): Value {
  const bound = (limit: number | undefined) => (limit === undefined ? undefined : b.scalar(limit, x.dtype));
  return b.add('Clip', [x, bound(low), bound(high)], x);
}

/** Several values of one shape added up. */
export function sum(b: GraphBuilder, values: readonly Value[]): Value {
  const [first, ...rest] = values;
  if (first === undefined) throw new Error('nothing to add up');
  return rest.reduce((total, value) => {
    if (!sameShape(total.shape, value.shape)) throw new Error('values to add up differ in shape');
    return add(b, total, value);
  }, first);
}
