/**
 * Blocks that are differences of others, as those of a max-pool's gradient are, told by as few blocks and a matrix. What
 * multiplies them with a matrix of its own multiplies the matrices instead, and the differences are never computed.
 */
import type { Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { joinedBlocks } from './gather-rows.js';
import { type FlatMatrix, flatMatrix } from './winograd-matrices.js';

export interface Differences {
  /** As many as the blocks, at most. */
  readonly terms: readonly Value[];
  /** [blocks, terms]: how often each term counts in each block. */
  readonly matrix: FlatMatrix;
}

/** Undefined where an image was not joined of so many blocks, or none of them is a difference. */
export function differencesOf(b: GraphBuilder, x: Value, count: number): Differences | undefined {
  const blocks = joinedBlocks(b, x, count);
  if (blocks === undefined) return undefined;
  const sums = blocks.map((block) => takeApart(b, block));
  const terms = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  if (terms.length > blocks.length || terms.every((term) => blocks.includes(term))) return undefined;
  const matrix = flatMatrix(count, terms.length, (i, j) => sums[i]!.get(terms[j]!) ?? 0);
  return { terms, matrix };
}

/** A difference of differences as a sum: each term, and how often it counts. */
function takeApart(b: GraphBuilder, value: Value): ReadonlyMap<Value, number> {
  const node = b.producerOf(value, 'Sub');
  const [left, right] = node?.inputs ?? [];
  if (left?.shape.join() !== value.shape.join() || right?.shape.join() !== value.shape.join()) {
    return new Map([[value, 1]]);
  }
  const sum = new Map(takeApart(b, left));
  for (const [term, times] of takeApart(b, right)) sum.set(term, (sum.get(term) ?? 0) - times);
  return sum;
}
