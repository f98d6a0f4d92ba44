/** What both packages have in common: they speak the same interface, onnxruntime-common's. */
import type * as Package from 'onnxruntime-web';
import type { OnnxRuntime, OnnxTensor, SessionSettings } from './onnx-runtime.js';

export type OnnxPackage = Pick<typeof Package, 'InferenceSession' | 'Tensor' | 'env'>;
export type PackageSession = Package.InferenceSession;
export type PackageTensors = Record<string, Package.Tensor>;

export function tensorMaker({ Tensor }: OnnxPackage): OnnxRuntime['tensor'] {
  // The packages' constructor is overloaded by type; ours says the same in one signature.
  return (type, data, dims) => new Tensor(type, data as never, dims) as unknown as OnnxTensor<typeof type>;
}

export function sessionOptions(
  provider: string,
  { threads, entries, profile }: SessionSettings,
): Package.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // What goes wrong is thrown too, and the terminal is ours.
    logSeverityLevel: 4,
    ...(entries === undefined ? {} : { extra: nested(entries) }),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  };
}

/** `{ 'session.x.y': '1' }` → `{ session: { x: { y: '1' } } }`, as the packages want it. */
function nested(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(entries)) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
    at[keys.at(-1)!] = value;
  }
  return root;
}
