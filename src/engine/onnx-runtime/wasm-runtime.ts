/**
 * onnxruntime-web's WebAssembly build, in Node: the same graphs where the native package has no build. Its threads are
 * workers over one shared memory. Loads 14 MB of WebAssembly.
 */
import * as onnx from 'onnxruntime-web';
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx-runtime.js';
import { sessionOptions, tensorMaker, type PackageSession, type PackageTensors } from './package-session.js';

/** The pool is made with the first session and stays as it is. */
let threadsOfPool: number | undefined;

export function openWasmRuntime(): OnnxRuntime {
  onnx.env.logLevel = 'fatal';
  return {
    tensor: tensorMaker(onnx),
    async createSession(model, settings) {
      threadsOfPool ??= settings.threads;
      if (settings.threads !== threadsOfPool) {
        throw new Error(
          `WebAssembly computes with ${threadsOfPool} threads in this process, not ${settings.threads}`,
        );
      }
      onnx.env.wasm.numThreads = threadsOfPool;
      return new WasmSession(await onnx.InferenceSession.create(model, sessionOptions('wasm', settings)));
    },
  };
}

class WasmSession implements OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #session: PackageSession;

  constructor(session: PackageSession) {
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(
    inputs: Readonly<Record<string, OnnxTensor>>,
    outputs: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>> {
    // Given tensors, the package leaves them as they are (1.30); so it makes its own, which are copied.
    const made = await this.#session.run(inputs as PackageTensors, Object.keys(outputs));
    const tensors: Record<string, OnnxTensor> = {};
    for (const [name, given] of Object.entries(outputs)) {
      const fresh = made[name] as OnnxTensor;
      if (given === null) tensors[name] = fresh;
      else tensors[name] = filled(given, fresh, name);
    }
    return tensors;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function filled(given: OnnxTensor, fresh: OnnxTensor, name: string): OnnxTensor {
  if (given.type !== fresh.type || given.dims.join() !== fresh.dims.join()) {
    throw new Error(
      `the output ${name} is ${fresh.type}[${fresh.dims.join()}], its tensor ${given.type}[${given.dims.join()}]`,
    );
  }
  given.data.set(fresh.data as never);
  return given;
}
