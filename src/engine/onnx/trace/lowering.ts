/** How a tfjs kernel becomes nodes of a graph: the contract of the tables in `kernels/`. */
import type { Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';

export interface KernelCall {
  readonly b: GraphBuilder;
  /** An input by its name in tfjs; kernels that take a list number them from 0. */
  readonly input: (name: string | number) => Value;
  readonly optionalInput: (name: string) => Value | undefined;
  /** All inputs of a kernel that takes a list. */
  readonly inputs: readonly Value[];
  /** The kernel's attributes as tfjs gives them; each lowering knows its own. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly attrs: Readonly<Record<string, any>>;
}

/** @throws {NotLowered} for attributes that it does not cover. */
export type Lowering = (call: KernelCall) => Value | readonly Value[];
export type Lowerings = Readonly<Record<string, Lowering>>;

/** A kernel, or a way of using one, that has no form in the graph; becomes the problem `layer-not-lowered`. */
export class NotLowered extends Error {
  readonly kernel: string;
  constructor(kernel: string, detail?: string) {
    super(detail === undefined ? kernel : `${kernel} (${detail})`);
    this.name = 'NotLowered';
    this.kernel = kernel;
  }
}
