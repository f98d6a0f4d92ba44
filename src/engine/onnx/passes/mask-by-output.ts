/**
 * Where relu passes its input on can be told from its output as well. Reading that, the gradient needs the input no
 * longer, and ONNX Runtime computes relu in place or together with the operator before it.
 */
import { splatOf } from '../graph/graph.js';
import { binary } from '../graph/operators/elementwise.js';
import type { Rule } from './rewrite.js';

export const maskByOutput: Rule = (node, { b }) => {
  const [x, bound] = node.inputs;
  if (node.op !== 'Greater' || x === undefined || bound === undefined || splatOf(bound) !== 0)
    return undefined;
  const relu = b.readers(x).find(({ op }) => op === 'Relu');
  return relu === undefined ? undefined : [binary(b, 'Greater', relu.outputs[0]!, bound)];
};
