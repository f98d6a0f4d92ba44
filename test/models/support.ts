/** What tests of networks share: presets read as the config part would hand them over, and building without a stage. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import type { Problem } from '../../src/core/problem.js';
import { ProblemError } from '../../src/core/problem.js';
import { buildNetwork } from '../../src/models/build-model.js';
import type { Network } from '../../src/models/network.js';
import { NetworkFile } from '../../src/models/network.schema.js';
import type { Locate } from '../../src/models/network-shapes.js';
import type { tfLayers } from '../../src/models/tfjs.js';

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  inlineRefs: false,
});
const validate = ajv.compile(JSON.parse(JSON.stringify(NetworkFile)) as object);

/** What the schema of network files has against a network; empty when it is one. */
export function schemaErrors(network: unknown): string[] {
  validate(network);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A preset with its references resolved. */
export function preset(name: string, classes = 10): Network {
  const file = new URL(`../../pipelines/networks/${name}.yaml`, import.meta.url);
  const network = parse(readFileSync(file, 'utf8')) as Network;
  const values: Readonly<Record<string, unknown>> = {
    classes,
    ...Object.fromEntries(
      Object.entries(network.parameters ?? {}).map(([key, value]) => [`parameters.${key}`, value]),
    ),
  };
  const resolve = (node: unknown): unknown => {
    if (typeof node === 'string') {
      const reference = /^\$\{(.*)\}$/.exec(node)?.[1];
      return reference === undefined ? node : values[reference];
    }
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
  };
  return resolve(network) as Network;
}

/** Positions that tell the path they were asked for, in place of a file. */
export const locate: Locate = (path) => ({
  file: path.join('.'),
  line: 1,
  column: 1,
  length: 1,
  lineText: '',
});

interface Options {
  readonly inputShape?: readonly [number, number, number];
  readonly classes?: number;
  readonly seed?: number;
}

export function build(
  network: Network,
  { inputShape = [28, 28, 1], classes = 10, seed = 7 }: Options = {},
): Promise<tfLayers.LayersModel> {
  return buildNetwork(network, { inputShape, classes, seed, locate });
}

/** The problems that building ends in, each as `code at path: message` and its fix. */
export async function problemsOf(layers: Network['layers'], options: Options = {}): Promise<string[]> {
  try {
    (await build({ layers }, options)).dispose();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(
      ({ code, message, at, fix }: Problem) =>
        `${code} at ${at?.file}: ${message}${fix === undefined ? '' : ` (${fix})`}`,
    );
  }
  return [];
}
