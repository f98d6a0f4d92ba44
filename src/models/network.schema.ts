/**
 * Network files (`pipelines/networks/*.yaml`): the source of `schemas/network.schema.json`. Imported at run time by the
 * build alone. The type of what it describes is `Network` in `network.ts`. A validator should be compiled with its
 * references kept (ajv: `inlineRefs: false`): 0.6 MB; put in place, they make 4.6 MB.
 */
import Type from 'typebox';
import { generalLayers } from './general-layers.schema.js';
import { imageLayers } from './image-layers.schema.js';
import { oneLayerOf } from './layer-settings.schema.js';
import { networkParameter } from './network-parameter.schema.js';
import type { LayerEntry } from './network.js';
import { sequenceLayers } from './sequence-layers.schema.js';
import { sharedDefinitions } from './shared-definitions.schema.js';

export const NetworkFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description: 'What summaries call it. Default: network.',
        pattern: '^[A-Za-z][A-Za-z0-9_-]*$',
        maxLength: 60,
      }),
    ),
    description: Type.Optional(
      Type.String({ description: 'What it is for, in a sentence or two.', maxLength: 2000 }),
    ),
    parameters: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }), networkParameter, {
        description: 'Values that the layers refer to as ${parameters.x}; the build stage may set others.',
        additionalProperties: false,
        maxProperties: 64,
      }),
    ),
    layers: Type.Array(
      Type.Unsafe<LayerEntry>(
        oneLayerOf({ ...imageLayers, ...generalLayers, ...sequenceLayers }, 'A layer, by its tfjs name.'),
      ),
      {
        description:
          'The layers in order. Each takes its input from the one before, unless its "from" names others. The last is the output and must put out one probability for each class.',
        minItems: 1,
        maxItems: 1000,
      },
    ),
  },
  {
    $id: 'network.schema.json',
    title: 'Network',
    description: 'A network as a list of layers, for the build stage of Assay.',
    additionalProperties: false,
    $defs: sharedDefinitions,
  },
);
