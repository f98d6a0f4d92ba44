/** tfjs kernels that work element by element. */
import {
  add,
  binary,
  type BinaryOp,
  cast,
  clip,
  div,
  mul,
  sub,
  sum,
  unary,
  type UnaryOp,
  where,
} from '../../graph/operators/elementwise.js';
import type { DType, Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { type Lowering, type Lowerings, NotLowered } from '../lowering.js';

const ofOne =
  (op: UnaryOp): Lowering =>
  ({ b, input }) =>
    unary(b, op, input('x'));
const ofTwo =
  (op: BinaryOp): Lowering =>
  ({ b, input }) =>
    binary(b, op, input('a'), input('b'));

const scalarLike = (b: GraphBuilder, number: number, x: Value): Value => b.scalar(number, x.dtype);

/** dtype of a tensor as the graph has it. */
export function dtypeOf(dtype: string): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new NotLowered('Cast', `dtype ${dtype}`);
}

/** Numbers not equal to 0, as truth; a cast to bool. */
function toBool(b: GraphBuilder, x: Value): Value {
  return cast(b, x, 'bool');
}

/** tfjs's `step`: 1 where x > 0, else alpha; NaN stays NaN there and is 0 here. */
const step: Lowering = ({ b, input, attrs }) => {
  const x = input('x');
  const positive = binary(b, 'Greater', x, scalarLike(b, 0, x));
  const alpha = (attrs['alpha'] as number | undefined) ?? 0;
  const ones = cast(b, positive, x.dtype);
  if (alpha === 0) return ones;
  return where(b, positive, b.scalar(1), b.scalar(alpha));
};

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** Where y (the output of elu) is at least 0: dy, else dy · (y + 1). */
const eluGrad: Lowering = ({ b, input }) => {
  const [dy, y] = [input('dy'), input('y')];
  const below = mul(b, dy, add(b, y, b.scalar(1)));
  return where(b, binary(b, 'GreaterOrEqual', y, b.scalar(0)), dy, below);
};

/** An activation that tfjs fuses into a kernel. */
export function activate(
  b: GraphBuilder,
  x: Value,
  activation: string,
  prelu: Value | undefined,
  leak: number,
): Value {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return unary(b, 'Relu', x);
    case 'relu6':
      return clip(b, x, 0, 6);
    case 'elu':
      return unary(b, 'Elu', x, { alpha: { float: 1 } });
    case 'sigmoid':
      return unary(b, 'Sigmoid', x);
    case 'prelu':
      if (prelu === undefined) throw new NotLowered('Prelu', 'without its factors');
      return preluOf(b, x, prelu);
    case 'leakyrelu':
      return unary(b, 'LeakyRelu', x, { alpha: { float: leak } });
    default:
      throw new NotLowered('activation', activation);
  }
}

function preluOf(b: GraphBuilder, x: Value, alpha: Value): Value {
  return where(b, binary(b, 'GreaterOrEqual', x, b.scalar(0)), x, mul(b, x, alpha));
}

export const elementwiseKernels: Lowerings = {
  Abs: ofOne('Abs'),
  Acos: ofOne('Acos'),
  Acosh: ofOne('Acosh'),
  Asin: ofOne('Asin'),
  Asinh: ofOne('Asinh'),
  Atan: ofOne('Atan'),
  Atanh: ofOne('Atanh'),
  Ceil: ofOne('Ceil'),
  Cos: ofOne('Cos'),
  Cosh: ofOne('Cosh'),
  Erf: ofOne('Erf'),
  Exp: ofOne('Exp'),
  Floor: ofOne('Floor'),
  Log: ofOne('Log'),
  Neg: ofOne('Neg'),
  Reciprocal: ofOne('Reciprocal'),
  Relu: ofOne('Relu'),
  Round: ofOne('Round'),
  Sigmoid: ofOne('Sigmoid'),
  Sign: ofOne('Sign'),
  Sin: ofOne('Sin'),
  Sinh: ofOne('Sinh'),
  Softplus: ofOne('Softplus'),
  Sqrt: ofOne('Sqrt'),
  Tan: ofOne('Tan'),
  Tanh: ofOne('Tanh'),
  LogicalNot: ofOne('Not'),
  Elu: ({ b, input }) => unary(b, 'Elu', input('x'), { alpha: { float: 1 } }),
  Selu: ({ b, input }) =>
    unary(b, 'Selu', input('x'), { alpha: { float: seluAlpha }, gamma: { float: seluScale } }),
  LeakyRelu: ({ b, input, attrs }) =>
    unary(b, 'LeakyRelu', input('x'), { alpha: { float: attrs['alpha'] as number } }),
  Relu6: ({ b, input }) => clip(b, input('x'), 0, 6),
  ClipByValue: ({ b, input, attrs }) =>
    clip(
      b,
      input('x'),
      attrs['clipValueMin'] as number,
      Math.min(attrs['clipValueMax'] as number, 3.4028234663852886e38),
    ),
  Expm1: ({ b, input }) => sub(b, unary(b, 'Exp', input('x')), b.scalar(1)),
  Log1p: ({ b, input }) => unary(b, 'Log', add(b, input('x'), b.scalar(1))),
  Rsqrt: ({ b, input }) => unary(b, 'Reciprocal', unary(b, 'Sqrt', input('x'))),
  Square: ({ b, input }) => mul(b, input('x'), input('x')),
  IsNan: ({ b, input }) => b.add('IsNaN', [input('x')], { dtype: 'bool', shape: input('x').shape }),
  IsInf: ({ b, input }) => b.add('IsInf', [input('x')], { dtype: 'bool', shape: input('x').shape }),
  Step: step,
  EluGrad: eluGrad,
  Prelu: ({ b, input }) => preluOf(b, input('x'), input('alpha')),

  Add: ofTwo('Add'),
  Sub: ofTwo('Sub'),
  Multiply: ofTwo('Mul'),
  RealDiv: ofTwo('Div'),
  Pow: ofTwo('Pow'),
  Maximum: ofTwo('Max'),
  Minimum: ofTwo('Min'),
  Equal: ofTwo('Equal'),
  Greater: ofTwo('Greater'),
  GreaterEqual: ofTwo('GreaterOrEqual'),
  Less: ofTwo('Less'),
  LessEqual: ofTwo('LessOrEqual'),
  LogicalAnd: ofTwo('And'),
  LogicalOr: ofTwo('Or'),
  NotEqual: ({ b, input }) => unary(b, 'Not', binary(b, 'Equal', input('a'), input('b'))),
  SquaredDifference: ({ b, input }) => {
    const difference = sub(b, input('a'), input('b'));
    return mul(b, difference, difference);
  },
  // tfjs takes the quotient's floor and makes a whole number of it, of any numbers.
  FloorDiv: ({ b, input }) => {
    const [p, q] = [cast(b, input('a'), 'float32'), cast(b, input('b'), 'float32')];
    return cast(b, unary(b, 'Floor', div(b, p, q)), 'int32');
  },
  // The remainder has the divisor's sign, as in Python.
  Mod: ({ b, input }) => {
    const [x, y] = [input('a'), input('b')];
    if (x.dtype !== 'float32') return binary(b, 'Mod', x, y);
    return sub(b, x, mul(b, y, unary(b, 'Floor', div(b, x, y))));
  },
  AddN: ({ b, inputs }) => sum(b, inputs),
  Select: ({ b, input }) => {
    const [condition, t, e] = [input('condition'), input('t'), input('e')];
    if (t.dtype !== 'bool') return where(b, condition, t, e);
    return toBool(b, where(b, condition, cast(b, t, 'float32'), cast(b, e, 'float32')));
  },
  Cast: ({ b, input, attrs }) => {
    const to = dtypeOf(attrs['dtype'] as string);
    return cast(b, input('x'), to);
  },
};
