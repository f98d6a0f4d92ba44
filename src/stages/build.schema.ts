/** The settings of `build`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';
import { networkParameter } from '../models/network-parameter.schema.js';
import type { Network } from '../models/network.js';

export const BuildSettings = Type.Object(
  {
    network: Type.Unsafe<Network>({
      assayFile: 'network',
      anyOf: [
        {
          type: 'string',
          minLength: 1,
          description:
            'The name of a preset (mlp, lenet5, cnn-small, resnet-mini), or the path of a network file.',
        },
        { $ref: 'network.schema.json' },
        { $ref: 'network.schema.json#/properties/layers' },
      ],
      description:
        'The network: a preset by name, the path of a network file, the network itself, or its list of layers alone.',
    }),
    parameters: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }), networkParameter, {
        description: "Other values for the network's own parameters.",
        additionalProperties: false,
        maxProperties: 64,
      }),
    ),
    inputShape: Type.Array(Type.Integer({ minimum: 1, maximum: 4096 }), {
      description: 'Height, width and channels of an image.',
      minItems: 3,
      maxItems: 3,
      default: [28, 28, 1],
    }),
    classes: Type.Integer({ description: 'How many classes to tell apart.', minimum: 2, maximum: 100_000 }),
  },
  {
    additionalProperties: false,
    description: 'Builds a network with its initial weights, drawn from the seed.',
  },
);
export type BuildSettings = Type.Static<typeof BuildSettings>;
