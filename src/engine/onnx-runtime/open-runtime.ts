/** Loads the package that a provider comes with. */
import type { OnnxProviderName } from '../engine.js';
import type { OnnxRuntime } from './onnx-runtime.js';

/** @throws whatever the package throws when it does not load; whether a provider opens shows with the first session. */
export async function openOnnxRuntime(provider: OnnxProviderName): Promise<OnnxRuntime> {
  if (provider === 'wasm') {
    const { openWasmRuntime } = await import('./wasm-runtime.js');
    return openWasmRuntime();
  }
  const { openNativeRuntime } = await import('./native-runtime.js');
  return openNativeRuntime(provider);
}
