/** The networks that `onnx-networks.mjs` and `onnx-profile.mjs` measure: the presets, and two of kinds that no preset has. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { buildNetwork } from '../../dist/models/build-model.js';
import { modelToArtifact } from '../../dist/models/tfjs-artifact.js';

const presets = ['mlp', 'lenet5', 'cnn-small', 'resnet-mini'];
const softmax = { dense: { units: 10, activation: 'softmax' } };

const separable = (filters, strides) => [
  { depthwiseConv2d: { kernelSize: 3, strides, padding: 'same', useBias: false } },
  'batchNormalization',
  'reLU',
  { conv2d: { filters, kernelSize: 1, useBias: false } },
  'batchNormalization',
  'reLU',
];

const own = {
  depthwise: [
    { conv2d: { filters: 16, kernelSize: 3, padding: 'same', useBias: false } },
    'batchNormalization',
    'reLU',
    ...separable(32, 1),
    ...separable(64, 2),
    ...separable(64, 1),
    ...separable(128, 2),
    'globalAveragePooling2d',
    softmax,
  ],
  lstm: [{ reshape: { targetShape: [28, 28] } }, { lstm: { units: 64 } }, softmax],
};

export const networkNames = [...presets, ...Object.keys(own)];

function layersOf(name) {
  if (own[name] !== undefined) return own[name];
  const file = new URL(`../../pipelines/networks/${name}.yaml`, import.meta.url);
  const { layers, parameters } = parse(readFileSync(file, 'utf8'));
  const resolve = (node) => {
    if (typeof node === 'string') {
      const reference = /^\$\{(?:parameters\.)?(.*)\}$/.exec(node)?.[1];
      return reference === undefined ? node : { classes: 10, ...parameters }[reference];
    }
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
  };
  return resolve(layers);
}

/** The network with its initial weights. */
export async function artifactOf(name) {
  const request = { inputShape: [28, 28, 1], classes: 10, seed: 1, locate: () => undefined };
  const model = await buildNetwork({ layers: layersOf(name) }, request);
  const artifact = await modelToArtifact(model);
  model.dispose();
  return artifact;
}

export const setup = {
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  optimizer: { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  clipping: {},
  scaling: { scale: 1 / 255, offset: 0 },
  imageShape: [28, 28, 1],
  classes: 10,
  seed: 1,
};

/** Images of noise, drawn once. */
export function batchOf(count) {
  const pixels = new Uint8Array(count * 784);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[i] = state >>> 24;
  }
  return { count, shape: [28, 28, 1], pixels, labels: Int32Array.from({ length: count }, (_, i) => i % 10) };
}
