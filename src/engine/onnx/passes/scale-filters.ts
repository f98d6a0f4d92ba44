/** A number that images are multiplied with before a convolution, multiplied into the filter, which is smaller. */
import { splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { mul } from '../graph/operators/elementwise.js';
import type { Rule } from './rewrite.js';

export const scaleFilters: Rule = ({ op, domain, inputs, outputs, attributes }, { b }) => {
  if (op !== 'RowConv' && op !== 'RowConvFilterGradient') return undefined;
  const [x, other, table] = inputs as [Value, Value, Value];
  const scaled = scaling(b, x);
  if (scaled === undefined) return undefined;
  const factor = b.scalar(scaled.factor);
  if (op === 'RowConv') {
    return [b.add(op, [scaled.source, mul(b, other, factor), table], outputs[0]!, attributes, domain)];
  }
  return [mul(b, b.add(op, [scaled.source, other, table], outputs[0]!, attributes, domain), factor)];
};

function scaling(b: GraphBuilder, x: Value): { readonly source: Value; readonly factor: number } | undefined {
  const [source, by] = b.producerOf(x, 'Mul')?.inputs ?? [];
  const factor = splatOf(by);
  return factor === undefined ? undefined : { source: source!, factor };
}
