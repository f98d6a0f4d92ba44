/**
 * The outer form of experiments and pipelines. Imported at run time by the build alone; the settings of stages are their
 * kinds' own schemas.
 */
import Type from 'typebox';
import { engineNames, onnxProviderNames } from '../engine/engine.js';
import { Sweep } from './sweep/sweep.schema.js';

/** What `needs:`, `${…}` and dotted paths can name, and a folder be called after. */
const namePattern = '^[A-Za-z][A-Za-z0-9_-]{0,63}$';

const Params = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Values of your own choosing, for references such as ${params.classes}.',
});

const OnnxSettings = Type.Object(
  {
    provider: Type.Optional(
      Type.Enum(['auto', ...onnxProviderNames], {
        description: 'What it computes on. "auto", the default: what is there and worth it.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Settings of the engine onnx.' },
);

export const ExperimentFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description: "How runs of this experiment are called. Default: the file's name.",
        minLength: 1,
        maxLength: 100,
        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
        assayRule: 'on one line that is not empty,',
      }),
    ),
    description: Type.Optional(Type.String({ description: 'What it is for; shown in the report.' })),
    pipeline: Type.Optional(
      Type.String({ description: 'The pipeline it runs, relative to this file. Inherited by extends.' }),
    ),
    extends: Type.Optional(
      Type.String({
        description: 'Another experiment, relative to this file, of which this one is a variation.',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        description: 'The one source of everything random. Default 1.',
        minimum: 0,
        maximum: 4_294_967_295,
      }),
    ),
    engine: Type.Optional(
      Type.Union(
        [
          Type.Enum(['auto', ...engineNames]),
          Type.Object(
            { onnx: Type.Optional(OnnxSettings) },
            { additionalProperties: false, minProperties: 1 },
          ),
        ],
        {
          description:
            'What trains the network: by name, or onnx with its settings. "auto", the default: the fastest that can be used here.',
        },
      ),
    ),
    params: Type.Optional(Params),
    set: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        maxProperties: 1000,
        description:
          'What to set differently from the pipeline: dotted path → value, such as train.optimizer.learningRate: 0.01.',
      }),
    ),
    sweep: Type.Optional(Sweep),
  },
  {
    additionalProperties: false,
    description: 'An experiment: a pipeline, a seed, and what to set differently.',
  },
);

const StageEntry = Type.Object(
  {
    uses: Type.String({
      description:
        'The stage kind, or the path of a stage of your own (./stages/my-stage.ts), relative to this file.',
      minLength: 1,
    }),
    needs: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { uniqueItems: true, maxItems: 200 })], {
        description: 'The stages whose output it takes, by name.',
      }),
    ),
    with: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: "The stage kind's settings." }),
    ),
  },
  { additionalProperties: false, description: 'One stage.' },
);

export const PipelineFile = Type.Object(
  {
    description: Type.Optional(Type.String({ description: 'What it is for.' })),
    params: Type.Optional(Params),
    stages: Type.Record(Type.String(), StageEntry, {
      propertyNames: {
        pattern: namePattern,
        assayRule: 'of letters, digits, _ and -, a letter first, 64 characters at most',
      },
      description: 'The stages by name. Each runs after those it needs.',
      minProperties: 1,
      maxProperties: 200,
    }),
  },
  {
    additionalProperties: false,
    description: 'A pipeline: named stages and how they depend on one another.',
  },
);
