/** What people read of a graph. */
import { expect, it } from 'vitest';
import { printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { add, mul, unary } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { rowGather } from '../../../../src/engine/onnx/graph/operators/macro.js';
import { transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { removeDeadNodes } from '../../../../src/engine/onnx/passes/remove-dead-nodes.js';
import { shareCommonSubexpressions } from '../../../../src/engine/onnx/passes/share-common-subexpressions.js';
import { artifactOf } from '../../support.js';
import { built } from '../run-graph.js';
import { tracedStep } from '../traced-step.js';

it('numbers values in order and prints constants where they are used', () => {
  const graph = built((b) => {
    const x = b.input('x', 'float32', [2, 3]);
    const sum = add(b, x, b.constant(Float32Array.of(1, 2, 3), [3], 'float32'));
    const scaled = mul(b, sum, b.scalar(0.5));
    const long = b.constant(Float32Array.from({ length: 12 }, (_, i) => i), [2, 2, 3], 'float32'); // prettier-ignore
    const leaky = unary(b, 'LeakyRelu', scaled, { alpha: { float: 0.25 } });
    return {
      turned: transpose(b, leaky, [1, 0]),
      wide: add(b, add(b, x, long), b.splat(7, [2, 3], 'float32')),
      one: b.scalar(1),
    };
  });
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "%0 = input x : float32[2,3]
    %1 = Add(%0, [1,2,3]) : float32[2,3]
    %2 = Mul(%1, 0.5) : float32[2,3]
    %3 = LeakyRelu(%2) {alpha=0.25} : float32[2,3]
    %4 = Transpose(%3) {perm=[1,0]} : float32[3,2]
    %5 = Add(%0, float32[2,2,3]#50bf10b2) : float32[2,2,3]
    %6 = Add(%5, 7:float32[2,3]) : float32[2,2,3]
    output turned = %4
    output wide = %6
    output one = 1
    "
  `);
});

it('tells operators of other domains, several outputs and inputs left out', () => {
  const graph = built((b) => {
    const x = b.input('x', 'float32', [2, 1, 1, 3]);
    const clipped = b.add('Clip', [x, undefined, b.scalar(6)], x);
    const [first, second] = b.addMany('Split', [clipped], [
      { dtype: 'float32', shape: [1, 1, 1, 3] },
      { dtype: 'float32', shape: [1, 1, 1, 3] },
    ], { axis: 0, num_outputs: 2 }); // prettier-ignore
    return { first: first!, rows: rowGather(b, second!, Int32Array.of(0, -1), [2, 1]) };
  });
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "%0 = input x : float32[2,1,1,3]
    %1 = Clip(%0, -, 6) : float32[2,1,1,3]
    %2, %3 = Split(%1) {axis=0, num_outputs=2} : float32[1,1,1,3], float32[1,1,1,3]
    %4 = assay.RowGather(%3, [0,-1]) : float32[2,1,1,3]
    output first = %2
    output rows = %4
    "
  `);
});

it('shows a whole training step', async () => {
  const graph = await tracedStep(await artifactOf('regularized'), {
    count: 2,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    loss: 'meanSquaredError',
  });
  expect(printGraph(removeDeadNodes(shareCommonSubexpressions(graph)))).toMatchInlineSnapshot(`
    "%0 = input pixels : uint8[2,6,6,1]
    %1 = input weights0 : float32[111]
    %2 = input share : float32[]
    %3 = input labels : int32[2]
    %4 = input scalar.learningRate : float32[]
    %5 = Cast(%0) {to=1} : float32[2,6,6,1]
    %6 = Mul(%5, 0.00392156862745098) : float32[2,6,6,1]
    %7 = Slice(%1, [0], [108], [0]) : float32[108]
    %8 = Reshape(%7, [36,3]) : float32[36,3]
    %9 = Slice(%1, [108], [111], [0]) : float32[3]
    %10 = Reshape(%6, [2,36]) : float32[2,36]
    %11 = Reshape(%10, [1,2,36]) : float32[1,2,36]
    %12 = Reshape(%8, [1,36,3]) : float32[1,36,3]
    %13 = Reshape(%11, [2,36]) : float32[2,36]
    %14 = Reshape(%12, [36,3]) : float32[36,3]
    %15 = Gemm(%13, %14) {transA=0, transB=0} : float32[2,3]
    %16 = Reshape(%15, [1,2,3]) : float32[1,2,3]
    %17 = Reshape(%16, [2,3]) : float32[2,3]
    %18 = Add(%17, %9) : float32[2,3]
    %19 = Softmax(%18) {axis=-1} : float32[2,3]
    %20 = Reshape(%3, [2,1]) : int32[2,1]
    %21 = Equal(%20, [0,1,2]) : bool[2,3]
    %22 = Cast(%21) {to=6} : int32[2,3]
    %23 = Cast(%22) {to=1} : float32[2,3]
    %24 = Sub(%19, %23) : float32[2,3]
    %25 = Mul(%24, %24) : float32[2,3]
    %26 = ReduceMean(%25, [1]) {keepdims=0} : float32[2]
    %27 = ReduceSum(%26, [0]) {keepdims=0} : float32[]
    %28 = Mul(%27, %2) : float32[]
    %29 = Abs(%8) : float32[36,3]
    %30 = Mul(0.009999999776482582, %29) : float32[36,3]
    %31 = ReduceSum(%30, [0,1]) {keepdims=0} : float32[]
    %32 = Add(0:float32[1], %31) : float32[1]
    %33 = Mul(%8, %8) : float32[36,3]
    %34 = Mul(0.019999999552965164, %33) : float32[36,3]
    %35 = ReduceSum(%34, [0,1]) {keepdims=0} : float32[]
    %36 = Add(%32, %35) : float32[1]
    %37 = Reshape(%36, []) : float32[]
    %38 = Add(0, %37) : float32[]
    %39 = Mul(%2, 2) : float32[]
    %40 = Mul(%38, %39) : float32[]
    %41 = Add(%28, %40) : float32[]
    %42 = ArgMax(%19) {axis=1, keepdims=0, select_last_index=0} : int64[2]
    %43 = Cast(%42) {to=6} : int32[2]
    %44 = Equal(%43, %3) : bool[2]
    %45 = Cast(%44) {to=1} : float32[2]
    %46 = ReduceSum(%45, [0]) {keepdims=0} : float32[]
    %47 = Mul(1, %39) : float32[]
    %48 = Reshape(%47, [1]) : float32[1]
    %49 = ReduceSum(%48, [0]) {keepdims=0} : float32[]
    %50 = Reshape(%49, [1,1]) : float32[1,1]
    %51 = Mul(%50, 1:float32[36,3]) : float32[36,3]
    %52 = Mul(%51, 0.019999999552965164) : float32[36,3]
    %53 = Mul(%52, %8) : float32[36,3]
    %54 = Add(%53, %53) : float32[36,3]
    %55 = Mul(%51, 0.009999999776482582) : float32[36,3]
    %56 = Greater(%8, 0) : bool[36,3]
    %57 = Where(%56, 1, -1) : float32[36,3]
    %58 = Mul(%55, %57) : float32[36,3]
    %59 = Add(%54, %58) : float32[36,3]
    %60 = Mul(1, %2) : float32[]
    %61 = Reshape(%60, [1]) : float32[1]
    %62 = Mul(%61, 1:float32[2]) : float32[2]
    %63 = Reshape(%62, [2,1]) : float32[2,1]
    %64 = Mul(%63, 1:float32[2,3]) : float32[2,3]
    %65 = Div(%64, 3) : float32[2,3]
    %66 = Mul(%24, 2) : float32[2,3]
    %67 = Mul(%65, %66) : float32[2,3]
    %68 = Mul(%67, %19) : float32[2,3]
    %69 = ReduceSum(%68, [1]) {keepdims=1} : float32[2,1]
    %70 = Mul(%69, %19) : float32[2,3]
    %71 = Sub(%68, %70) : float32[2,3]
    %72 = ReduceSum(%71, [0]) {keepdims=0} : float32[3]
    %73 = Reshape(%71, [1,2,3]) : float32[1,2,3]
    %74 = Reshape(%73, [2,3]) : float32[2,3]
    %75 = Gemm(%13, %74) {transA=1, transB=0} : float32[36,3]
    %76 = Reshape(%75, [1,36,3]) : float32[1,36,3]
    %77 = Reshape(%76, [36,3]) : float32[36,3]
    %78 = Add(%59, %77) : float32[36,3]
    %79 = Reshape(%41, [1]) : float32[1]
    %80 = Reshape(%46, [1]) : float32[1]
    %81 = Concat(%79, %80) {axis=0} : float32[2]
    %82 = Reshape(%78, [108]) : float32[108]
    %83 = Concat(%82, %72) {axis=0} : float32[111]
    %84 = Mul(%83, %4) : float32[111]
    %85 = Sub(%1, %84) : float32[111]
    output sums.next = %81
    output weights0.next = %85
    "
  `);
});
