/** What a dilated convolution can't be at the same time, told before tfjs refuses it. Owns that one sentence. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';
import { describeLayer } from './network-plan.js';
import type { Locate } from './network-shapes.js';
import type { PlannedLayer } from './network.js';

const isOne = (setting: Json | undefined): boolean =>
  setting === undefined || [setting].flat().every((side) => side === 1);

/** @throws {ProblemError} `strides-and-dilation`, for a layer inside a wrapper too. */
export function checkDilation(layer: PlannedLayer, locate: Locate): void {
  const [config, path] = innermost(layer.config, layer.path);
  const { strides, dilationRate } = config;
  if (isOne(strides) || isOne(dilationRate)) return;
  throw new ProblemError({
    code: 'strides-and-dilation',
    message: expected(
      `the dilationRate of ${describeLayer(layer)}`,
      `1 beside strides of ${JSON.stringify(strides)}`,
      dilationRate,
    ),
    at: locate([...path, 'dilationRate']),
    fix: 'take out one of them; a pooling layer after it makes the image smaller, too',
  });
}

/** The settings of the layer that does the work, and where they stand. */
function innermost(
  config: JsonObject,
  path: PlannedLayer['path'],
): readonly [config: JsonObject, path: PlannedLayer['path']] {
  const { layer } = config;
  if (!isJsonObject(layer)) return [config, path];
  const [type, settings] = Object.entries(layer)[0]!;
  return innermost(settings as JsonObject, [...path, 'layer', type]);
}
