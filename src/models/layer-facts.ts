/** What planning and building must know of a layer type beside its settings. The settings are in `*.schema.ts` files. */

/** Layers that join several inputs into one. */
const mergeLayers: ReadonlySet<string> = new Set([
  'add',
  'average',
  'concatenate',
  'dot',
  'maximum',
  'minimum',
  'multiply',
]);

export function isMerge(type: string): boolean {
  return mergeLayers.has(type);
}

const images = 'height × width × channels';
const sequences = 'steps × features';

/** What the input of a layer must look like, without the batch; layers that take any shape are left out. */
const inputForms: Readonly<Record<string, { readonly rank: number; readonly form: string }>> = {
  ...forms(3, images, [
    'averagePooling2d',
    'conv2d',
    'conv2dTranspose',
    'cropping2D',
    'depthwiseConv2d',
    'globalAveragePooling2d',
    'globalMaxPooling2d',
    'maxPooling2d',
    'separableConv2d',
    'spatialDropout2d',
    'upSampling2d',
    'zeroPadding2d',
  ]),
  ...forms(2, sequences, [
    'averagePooling1d',
    'bidirectional',
    'conv1d',
    'globalAveragePooling1d',
    'globalMaxPooling1d',
    'gru',
    'lstm',
    'maxPooling1d',
    'simpleRNN',
    'spatialDropout1d',
  ]),
  ...forms(1, 'a single row of features', ['repeatVector']),
};

function forms(
  rank: number,
  form: string,
  types: readonly string[],
): Record<string, { readonly rank: number; readonly form: string }> {
  return Object.fromEntries(types.map((type) => [type, { rank, form }]));
}

export function inputForm(type: string): { readonly rank: number; readonly form: string } | undefined {
  return inputForms[type];
}

/** The setting to blame when a layer leaves nothing of its input, or asks for too many weights; by likelihood. */
const sizeSettings = [
  'kernelSize',
  'poolSize',
  'cropping',
  'units',
  'filters',
  'size',
  'n',
  'targetShape',
  'layer',
] as const;

export function sizeSetting(
  config: Readonly<Record<string, unknown>>,
  among: readonly string[] = sizeSettings,
): string[] {
  const name = among.find((candidate) => candidate in config);
  return name === undefined ? [] : [name];
}
