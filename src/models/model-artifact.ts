/** A network as it travels between stages and engines: tfjs's own topology and named weights. Holds types only. */
import type { JsonObject } from '../core/json.js';

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: Float32Array | Int32Array;
}

export interface ModelArtifact {
  /** `modelTopology` of tfjs's model.json (class_name, config). */
  readonly topology: JsonObject;
  /** In the order and by the names of tfjs's weights manifest; non-trainable ones (moving averages) included. */
  readonly weights: readonly NamedArray[];
}
