/**
 * Compiles graphs when they are first asked for and keeps them: tracing, passes, ONNX, session. Owns the sessions of one
 * network; what the graphs are for is its user's business.
 */
import type { DrawSpec } from '../../layer-stand-ins/draws.js';
import type { OnnxRuntime, OnnxSession } from '../../onnx-runtime/onnx-runtime.js';
import { writeOnnx } from '../emit/onnx-writer.js';
import { optimize } from '../passes/optimize.js';
import type { Traced } from '../trace/trace-network.js';

export interface CompiledGraph {
  readonly session: OnnxSession;
  /** The graph as ONNX, for a session elsewhere. */
  readonly model: Uint8Array;
  /** What the layers draw, in order: the inputs `draw0`, `draw1`, … */
  readonly draws: readonly DrawSpec[];
}

/**
 * Settings of ONNX Runtime for every session: numbers too small for a normal float32 count as 0, for they make sums ten
 * times as slow and change nothing that anybody sees; threads that have nothing to do sleep, for beside other programs
 * those that wait in a loop made steps three to four times as slow.
 */
export const sessionEntries = { 'session.set_denormal_as_zero': '1', 'session.intra_op.allow_spinning': '0' };

export class GraphStore {
  readonly #runtime: OnnxRuntime;
  readonly #threads: number;
  readonly #compiled = new Map<string, Promise<CompiledGraph>>();

  constructor(runtime: OnnxRuntime, threads: number) {
    this.#runtime = runtime;
    this.#threads = threads;
  }

  /** @param key names the graph; @param trace is called at the first asking, and must not wait for anything. */
  get(key: string, trace: () => Traced): Promise<CompiledGraph> {
    let found = this.#compiled.get(key);
    if (found === undefined) {
      found = this.#compile(trace());
      this.#compiled.set(key, found);
    }
    return found;
  }

  /** What a graph that did not compile has thrown, whoever asked for it knows. */
  async release(): Promise<void> {
    const compiled = await Promise.allSettled(this.#compiled.values());
    this.#compiled.clear();
    for (const one of compiled) if (one.status === 'fulfilled') await one.value.session.release();
  }

  async #compile({ graph, draws }: Traced): Promise<CompiledGraph> {
    const model = writeOnnx(optimize(graph));
    const session = await this.#runtime.createSession(model, {
      threads: this.#threads,
      entries: sessionEntries,
    });
    return { session, model, draws };
  }
}
