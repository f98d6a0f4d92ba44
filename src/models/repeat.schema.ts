/**
 * What stands under `repeat:` in a network's list of layers. Imported at run time by the build alone. Repetitions are put in
 * place when the network is (`config/network-layers.ts`); the layers are judged then.
 */
import Type from 'typebox';

export const RepeatSettings = Type.Object(
  {
    count: Type.Optional(
      Type.Integer({
        description: 'How often; 0 leaves the layers out. May be absent where "each" is a list.',
        minimum: 0,
        maximum: 1000,
      }),
    ),
    each: Type.Optional(
      Type.Union(
        [
          Type.Array(Type.Unknown(), { maxItems: 1000 }),
          Type.Object(
            {
              from: Type.Number({ description: 'At the first turn.' }),
              times: Type.Optional(
                Type.Number({
                  description: 'The value of a turn is that of the one before, times this. Default 1.',
                  exclusiveMinimum: 0,
                }),
              ),
              most: Type.Optional(Type.Number({ description: 'It grows no further.' })),
            },
            { additionalProperties: false, required: ['from'] },
          ),
        ],
        {
          description:
            'What ${each} stands for among the layers: one value of this list at each turn (the first few, with a count), or numbers that grow.',
        },
      ),
    ),
    layers: Type.Array(Type.Unknown(), { description: 'The layers to repeat.', minItems: 1, maxItems: 1000 }),
  },
  { additionalProperties: false, description: 'Layers that stand there several times, one after another.' },
);
