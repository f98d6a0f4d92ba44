/** Compiled graphs are kept and given back, those beside one that does not compile too. */
import { expect, it } from 'vitest';
import type { Graph, Value } from '../../../../src/engine/onnx/graph/graph.js';
import type { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import { unary } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { GraphStore } from '../../../../src/engine/onnx/session/graph-store.js';
import type { OnnxRuntime } from '../../../../src/engine/onnx-runtime/onnx-runtime.js';
import { openOnnxRuntime } from '../../../../src/engine/onnx-runtime/open-runtime.js';
import { built } from '../run-graph.js';

/** ONNX Runtime itself, telling which of its sessions are open. */
async function countingRuntime(): Promise<{ runtime: OnnxRuntime; open: Set<object> }> {
  const native = await openOnnxRuntime('cpu');
  const open = new Set<object>();
  const runtime: OnnxRuntime = {
    tensor: (type, data, dims) => native.tensor(type, data, dims),
    async createSession(model, settings) {
      const session = await native.createSession(model, settings);
      open.add(session);
      const { inputNames, outputNames } = session;
      return {
        inputNames,
        outputNames,
        run: (inputs, outputs) => session.run(inputs, outputs),
        release: () => (open.delete(session), session.release()),
      };
    },
  };
  return { runtime, open };
}

const graphOf = (make: (b: GraphBuilder, x: Value) => Value): Graph =>
  built((b) => ({ out: make(b, b.input('x', 'float32', [2])) }));

it('compiles a graph once, and releases all that compiled', async () => {
  const { runtime, open } = await countingRuntime();
  const store = new GraphStore(runtime, 1);
  let traces = 0;
  const trace = (graph: Graph) => () => (traces++, { graph, draws: [] });
  const good = trace(graphOf((b, x) => unary(b, 'Neg', x)));
  const bad = trace(graphOf((b, x) => b.add('NoSuchOperator', [x], x)));
  const first = await store.get('first', good);
  await expect(store.get('bad', bad)).rejects.toThrow('NoSuchOperator');
  await store.get('last', good);
  expect(await store.get('first', good)).toBe(first);
  expect([traces, open.size]).toEqual([3, 2]);
  await store.release();
  expect(open.size).toBe(0);
});
