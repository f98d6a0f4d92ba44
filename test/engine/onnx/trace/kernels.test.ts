/** Every lowering but those of images against tfjs. */
import { describe, expect, it } from 'vitest';
import { elementwiseKernels } from '../../../../src/engine/onnx/trace/kernels/elementwise.js';
import { matrixKernels } from '../../../../src/engine/onnx/trace/kernels/matrix.js';
import { reductionKernels } from '../../../../src/engine/onnx/trace/kernels/reduction.js';
import { shapeKernels } from '../../../../src/engine/onnx/trace/kernels/shape.js';
import {
  aboveOne,
  type Argument,
  coarse,
  expectTfjsNumbers,
  given,
  type KernelCase,
  normal,
  positive,
  truth,
  unit,
  whole,
} from './kernel-cases.js';

const special = given([-3, -1.5, -0.5, -0, 0, 0.5, 1, 2.5, 6, 7, NaN, Infinity, -Infinity]);
/** One operand: tfjs calls it x. */
const of = (...xs: Argument[]): KernelCase[] => xs.map((x) => ({ inputs: { x } }));
const both = of(normal(3, 4), coarse(2, 5));
/** Two operands: of one shape, and broadcast both ways. */
const pairs = (a: (...shape: number[]) => Argument, b = a): KernelCase[] => [
  { inputs: { a: a(3, 4), b: b(3, 4) } },
  { inputs: { a: a(2, 3, 4), b: b(4) } },
  { inputs: { a: a(3, 1), b: b(1, 4) } },
  { inputs: { a: a(), b: b(2, 3) } },
];
const ints: KernelCase = { inputs: { a: whole([7, -7, 5, 0]), b: whole([2, 2, -3, 4]) } };
const equals: KernelCase = { inputs: { a: whole([1, 2, 3]), b: whole([1, 5, 2]) } };
const truths: KernelCase[] = [{ inputs: { a: truth([0, 0, 1, 1]), b: truth([0, 1, 0, 1]) } }];
const x = normal(2, 3, 4);
const axes = (extra: Readonly<Record<string, unknown>> = {}): KernelCase[] => [
  { inputs: { x }, attrs: { axis: [0, 1, 2], keepDims: false, ...extra } },
  { inputs: { x }, attrs: { axis: [1], keepDims: true, ...extra } },
  { inputs: { x }, attrs: { axis: [0, 2], keepDims: false, ...extra } },
  { inputs: { x }, attrs: { axis: [-1], keepDims: false, ...extra } },
];
const logicals: KernelCase[] = [[0], [1], [0, 1]].map((axis) => ({
  inputs: { x: truth([1, 1, 0, 1, 1, 0], [2, 3]) },
  attrs: { axis, keepDims: false },
}));
const slices = (begin: number[], size: number[]): KernelCase => ({ inputs: { x }, attrs: { begin, size } });
const strided = (begin: number[], end: number[], strides: number[], masks = {}): KernelCase => ({
  inputs: { x },
  attrs: {
    begin, end, strides, beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0, ...masks,
  },
}); // prettier-ignore
const product = (a: Argument, b: Argument, transposeA = false, transposeB = false): KernelCase => ({
  inputs: { a, b },
  attrs: { transposeA, transposeB },
});
const fused = (activation: string, inputs = {}): KernelCase => ({
  inputs: { a: normal(1, 3, 4), b: normal(1, 4, 2), bias: normal(2), ...inputs },
  attrs: { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.3 },
});
const cast = (argument: Argument, dtype: string): KernelCase => ({
  inputs: { x: argument },
  attrs: { dtype },
});
const numbers = whole([2, 0, 1, 2]);

const cases: Readonly<Record<string, readonly KernelCase[]>> = {
  Abs: both, Ceil: both, Floor: both, Neg: both, Sign: both, Relu: of(normal(3, 4), special), Round: of(special),
  Acos: of(unit(6)), Asin: of(unit(6)), Atanh: of(unit(6)), Acosh: of(aboveOne(6)), Asinh: both, Atan: both,
  Cos: both, Cosh: both, Sin: both, Sinh: both, Tan: of(unit(6)), Tanh: both, Erf: both, Exp: both, Expm1: both,
  Log: of(positive(6)), Log1p: of(positive(6)), Reciprocal: of(positive(6)), Rsqrt: of(positive(6)),
  Sqrt: of(positive(6)), Sigmoid: both, Softplus: of(normal(6), given([-90, -20, 20, 90])), Elu: both, Selu: both,
  Relu6: of(special), Square: both, IsNan: of(special), IsInf: of(special), LogicalNot: of(truth([0, 1])),
  LeakyRelu: both.map((one) => ({ ...one, attrs: { alpha: 0.3 } })),
  ClipByValue: [[-0.5, 0.5], [0, Number.MAX_VALUE]].map(([clipValueMin, clipValueMax]) => ({
    inputs: { x: normal(8) }, attrs: { clipValueMin, clipValueMax },
  })),
  Step: [0, 0.2].map((alpha) => ({ inputs: { x: coarse(9) }, attrs: { alpha } })),
  EluGrad: [{ inputs: { dy: normal(8), y: coarse(8) } }],
  Prelu: [{ inputs: { x: normal(2, 3), alpha: positive(3) } }, { inputs: { x: coarse(9), alpha: unit(9) } }],
  Add: [...pairs(normal), ints], Sub: [...pairs(normal), ints], Multiply: [...pairs(normal), ints],
  RealDiv: pairs(normal, positive), Pow: pairs(positive, normal), Maximum: pairs(coarse), Minimum: pairs(coarse),
  Mod: [...pairs(normal, aboveOne), ints], FloorDiv: [...pairs(normal, aboveOne), ints], SquaredDifference: pairs(normal),
  Equal: [...pairs(coarse), equals], NotEqual: [...pairs(coarse), equals], Greater: [...pairs(coarse), equals],
  GreaterEqual: pairs(coarse), Less: pairs(coarse), LessEqual: pairs(coarse), LogicalAnd: truths, LogicalOr: truths,
  AddN: [{ inputs: [normal(2, 3), unit(2, 3), coarse(2, 3)] }],
  Select: [
    { inputs: { condition: truth([1, 0, 0, 1], [2, 2]), t: normal(2, 2), e: unit(2, 2) } },
    { inputs: { condition: truth([1, 0]), t: truth([1, 1]), e: truth([0, 0]) } },
  ],
  Cast: [
    cast(given([-1.5, 0, 0.5, 2.5]), 'int32'), cast(given([-1.5, 0, 0.5]), 'bool'), cast(whole([-2, 3]), 'float32'),
    cast(truth([0, 1]), 'float32'), cast(truth([0, 1]), 'int32'), cast(whole([0, 2]), 'bool'),
  ],

  Sum: [...axes(), { inputs: { x: truth([1, 0, 1]) }, attrs: { axis: [0], keepDims: false } }],
  Mean: [
    ...axes(),
    { inputs: { x: whole([1, 2, 4]) }, attrs: { axis: [0], keepDims: false } },
    { inputs: { x: truth([1, 0, 1]) }, attrs: { axis: [0], keepDims: false } },
  ],
  Min: axes(), Prod: axes(),
  Max: axes().map((one) => ({ ...one, attrs: { reductionIndices: one.attrs?.['axis'], keepDims: one.attrs?.['keepDims'] } })),
  All: logicals, Any: logicals,
  ArgMax: [0, 1, 2].map((axis) => ({ inputs: { x: coarse(3, 4, 5) }, attrs: { axis } })),
  ArgMin: [0, 1, 2].map((axis) => ({ inputs: { x: coarse(3, 4, 5) }, attrs: { axis } })),
  Softmax: [{ inputs: { logits: x }, attrs: { dim: -1 } }, { inputs: { logits: x }, attrs: { dim: 2 } }],
  Cumsum: [[0, false, false], [1, true, false], [2, false, true], [1, true, true]].map(([axis, exclusive, reverse]) => ({
    inputs: { x }, attrs: { axis, exclusive, reverse },
  })),
  FusedBatchNorm: [
    { x: normal(2, 3, 3, 4), mean: normal(4), variance: positive(4), scale: unit(4), offset: normal(4) },
    { x: normal(2, 3, 3, 4), mean: normal(4), variance: positive(4) },
  ].map((inputs) => ({ inputs, attrs: { varianceEpsilon: 0.001 } })),

  BatchMatMul: [
    product(normal(1, 3, 4), normal(1, 4, 2)), product(normal(1, 4, 3), normal(1, 2, 4), true, true),
    product(normal(2, 3, 4), normal(2, 4, 5)), product(normal(2, 4, 3), normal(2, 4, 5), true),
    product(normal(2, 3, 4), normal(2, 5, 4), false, true), product(normal(3, 2, 4), normal(1, 4, 5)),
  ],
  _FusedMatMul: [
    ...['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'].map((activation) => fused(activation)),
    fused('prelu', { preluActivationWeights: positive(2) }),
  ],

  Identity: both,
  Reshape: [[6, 4], [24], [2, -1], [1, 24, 1]].map((shape) => ({ inputs: { x }, attrs: { shape } })),
  ExpandDims: [0, 1, -1].map((dim) => ({ inputs: { input: x }, attrs: { dim } })),
  Transpose: [[2, 0, 1], [0, 1, 2], [1, 0, 2]].map((perm) => ({ inputs: { x }, attrs: { perm } })),
  Concat: [
    { inputs: [normal(2, 3), normal(2, 1)], attrs: { axis: 1 } },
    { inputs: [normal(2, 3), normal(0, 3), normal(1, 3)], attrs: { axis: 0 } },
    { inputs: [whole([1]), whole([2, 3])], attrs: { axis: -1 } },
  ],
  Pack: [0, 1, -1].map((axis) => ({ inputs: [normal(2, 3), unit(2, 3)], attrs: { axis } })),
  Unpack: [0, 1, -1].map((axis) => ({ inputs: { value: x }, attrs: { axis } })),
  SplitV: [
    { inputs: { x }, attrs: { numOrSizeSplits: [1, 2], axis: 1 } },
    { inputs: { x }, attrs: { numOrSizeSplits: 2, axis: -1 } },
    { inputs: { x }, attrs: { numOrSizeSplits: [1, -1], axis: 2 } },
  ],
  Slice: [slices([0, 1, 0], [2, 2, 3]), slices([1, 0, 2], [-1, 1, -1])],
  StridedSlice: [
    strided([0, 0, 0], [2, 3, 4], [1, 2, 2]), strided([1, 2, 3], [-3, -4, -5], [-1, -1, -2]),
    strided([0, 1, 0], [2, 2, 4], [1, 1, 1], { shrinkAxisMask: 2 }),
  ],
  Reverse: [[0], [1, 2], [-1]].map((dims) => ({ inputs: { x }, attrs: { dims } })),
  PadV2: [{ inputs: { x: normal(2, 3) }, attrs: { paddings: [[1, 0], [0, 2]], constantValue: 0.5 } }],
  MirrorPad: [{ inputs: { x: normal(3, 4) }, attrs: { paddings: [[1, 2], [0, 3]], mode: 'reflect' } }],
  Tile: [{ inputs: { x: normal(2, 1, 3) }, attrs: { reps: [2, 3, 1] } }],
  GatherV2: [
    { inputs: { x: normal(3, 4), indices: numbers }, attrs: { axis: 0, batchDims: 0 } },
    { inputs: { x: normal(2, 3), indices: whole([1, 0, 2, 1], [2, 2]) }, attrs: { axis: 1, batchDims: 0 } },
  ],
  UnsortedSegmentSum: [{ inputs: { x: normal(4, 3), segmentIds: numbers }, attrs: { numSegments: 4 } }],
  OneHot: [[1, 0], [0.9, 0.1]].map(([onValue, offValue]) => ({
    inputs: { indices: numbers }, attrs: { depth: 3, onValue, offValue, dtype: 'float32' },
  })),
  Fill: [{ inputs: {}, attrs: { shape: [2, 3], value: 0.5, dtype: 'float32' } }],
  ZerosLike: both, OnesLike: both,
  Range: [{ inputs: {}, attrs: { start: 1, stop: 6, step: 2, dtype: 'float32' } }],
  LinSpace: [{ inputs: {}, attrs: { start: -1, stop: 1, num: 5 } }],
}; // prettier-ignore

describe('kernels have the numbers of tfjs', () => {
  const lowered = { ...elementwiseKernels, ...reductionKernels, ...matrixKernels, ...shapeKernels };
  it('and each has a case', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(lowered).toSorted());
  });

  it.each(Object.keys(cases))('%s', async (kernel) => {
    for (const one of cases[kernel]!) await expectTfjsNumbers(kernel, one);
  });
});
