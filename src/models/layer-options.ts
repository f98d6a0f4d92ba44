/**
 * Turns a layer's settings, as YAML has them, into what tf.layers' factories take: initializers and regularizers by name
 * or as `{ kind, … }`, wrapped layers, and the few places where tfjs's own defaults or checks are broken. Owns no rules of what may be set: `*.schema.ts` has checked that.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { tfLayers } from './tfjs.js';

type Factory = (options?: object) => unknown;
type Kinds = Readonly<Record<string, Factory>>;

/** A tfjs layer, made from a type and settings that were checked. `inputShape` is without the batch. */
export function createLayer(
  type: string,
  name: string,
  config: JsonObject,
  inputShape: readonly number[],
): tfLayers.layers.Layer {
  const options: Record<string, unknown> = { name };
  for (const [key, value] of Object.entries(config))
    options[key] = optionValue(type, name, key, value, inputShape);
  // tfjs takes axis 1 by default and refuses any but the last when it runs.
  if (type === 'softmax') options['axis'] = -1;
  // tf.layers has it for sequences alone; this is how it says the same of an image.
  if (type === 'spatialDropout2d') {
    return tfLayers.layers.dropout({
      ...(options as { rate: number }),
      noiseShape: [null, 1, 1, null] as never,
    });
  }
  return (tfLayers.layers as unknown as Kinds)[type]!(options) as tfLayers.layers.Layer;
}

function optionValue(
  type: string,
  name: string,
  key: string,
  value: Json,
  inputShape: readonly number[],
): unknown {
  if (key.endsWith('Initializer')) return initializer(value);
  if (key.endsWith('Regularizer')) return byKind(tfLayers.regularizers as unknown as Kinds, value);
  if (key === 'layer') {
    const [wrapped, config] =
      typeof value === 'string' ? [value, {}] : Object.entries(value as JsonObject)[0]!;
    // One name for the inner layer, not one from a counter of the process: it is written into model.json.
    return createLayer(wrapped, `${name}_${wrapped}`, config as JsonObject, inputShape.slice(1));
  }
  if (type === 'upSampling2d' && key === 'size' && typeof value === 'number') return [value, value];
  if (type === 'reshape' && key === 'targetShape') return wholeShape(value as readonly number[], inputShape);
  return value;
}

/** Fills in the -1 of a target shape that was checked; tfjs would leave that side unknown. */
function wholeShape(target: readonly number[], inputShape: readonly number[]): number[] {
  const product = (sides: readonly number[]): number => sides.reduce((all, side) => all * side, 1);
  const rest = product(inputShape) / product(target.filter((side) => side !== -1));
  return target.map((side) => (side === -1 ? rest : side));
}

function byKind(kinds: Kinds, value: Json): unknown {
  const { kind, ...options } = isJsonObject(value) ? value : { kind: value };
  return kinds[kind as string]!(options);
}

function initializer(value: Json): unknown {
  if (!isJsonObject(value)) return byKind(tfLayers.initializers as unknown as Kinds, value);
  // tfjs takes a bound of 0 for one that is missing; the smallest number above 0 is 0 as a float32.
  const bounds = Object.entries(value).map(([key, option]) => [
    key,
    option === 0 && (key === 'minval' || key === 'maxval') ? Number.MIN_VALUE : option,
  ]);
  return byKind(tfLayers.initializers as unknown as Kinds, Object.fromEntries(bounds) as JsonObject);
}
