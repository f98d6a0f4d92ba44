/** What an experiment's `engine:` asks for, taken apart: the engine's name and the settings that it brings along. */
import type { EngineName, EngineRequest, OnnxProviderRequest } from './engine.js';

export function requestedName(request: EngineRequest): 'auto' | EngineName {
  return typeof request === 'string' ? request : 'onnx';
}

export function requestedProvider(request: EngineRequest): OnnxProviderRequest {
  return typeof request === 'string' ? 'auto' : (request.onnx.provider ?? 'auto');
}
