/** The conformance suite's layers on ONNX Runtime's WebAssembly build, which runs the graphs that the native one runs. */
import { onnxProvider } from '../../src/engine/onnx-provider.js';
import { describeConformance } from './conformance/describe-conformance.js';
import { layerCases } from './conformance/layers.js';
import { loadPlainBackend } from './conformance/plain-backend.js';
import { engineOptions } from './support.js';

await loadPlainBackend();

describeConformance(
  { ...onnxProvider, open: () => onnxProvider.open({ ...engineOptions, provider: 'wasm' }) },
  layerCases,
);
