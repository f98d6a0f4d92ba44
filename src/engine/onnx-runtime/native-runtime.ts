/** onnxruntime-node: ONNX Runtime's own library, on the processor or a GPU. Loads native code. */
import type { OnnxProviderName } from '../engine.js';
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx-runtime.js';
import {
  sessionOptions,
  tensorMaker,
  type OnnxPackage,
  type PackageSession,
  type PackageTensors,
} from './package-session.js';

/** Named so that neither the compiler nor a bundler insists on a package that may be missing. */
const packageName: string = 'onnxruntime-node';

/** @throws whatever the package throws when its native part does not load. */
export async function openNativeRuntime(provider: Exclude<OnnxProviderName, 'wasm'>): Promise<OnnxRuntime> {
  const { default: onnx } = (await import(packageName)) as { default: OnnxPackage };
  // Read once, with the first session: without it, a provider that does not open is told on standard error too.
  onnx.env.logLevel = 'fatal';
  return {
    tensor: tensorMaker(onnx),
    createSession: async (model, settings) =>
      new NativeSession(await onnx.InferenceSession.create(model, sessionOptions(provider, settings))),
  };
}

class NativeSession implements OnnxSession {
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
    const made = await this.#session.run(inputs as PackageTensors, outputs as PackageTensors);
    const tensors: Record<string, OnnxTensor> = {};
    for (const [name, given] of Object.entries(outputs)) tensors[name] = given ?? (made[name] as OnnxTensor);
    return tensors;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
