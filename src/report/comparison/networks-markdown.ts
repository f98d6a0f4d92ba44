/**
 * Networks that runs differ in, as columns of a Markdown table: of a few settings of layers a column each, of many one with
 * the number of the network, and a list that says which is which. Owns no table.
 */
import { isJsonObject, type Json } from '../../core/json.js';
import { plural } from '../views/format.js';
import { yamlFlow } from '../yaml-text.js';
import type { ComparedRun } from './compared-run.js';
import { plainMarkdown as plain } from './markdown-text.js';
import type { VaryingSetting } from './statistics/varying-settings.js';

/** `build.network.layers.1.dense.units`, down to the first list of layers. */
const inLayers = /^(.+?)\.layers\.\d+(?:\.|$)/;
/** More settings of layers than these are better told network by network. */
const mostSettings = 3;
const mostNetworks = 10;
/** A longer list of layers is cut off. */
const longest = 600;

export interface NetworkColumn {
  /** Path of the network: `build.network`. */
  readonly path: string;
  /** By run, in the order of the runs: from 1; undefined of a run without. */
  readonly numbers: readonly (number | undefined)[];
}

export interface ToldNetworks {
  /** Settings that are shown as they are, those of a few layers among them. */
  readonly settings: readonly VaryingSetting[];
  readonly columns: readonly NetworkColumn[];
  /** Lines that say what each number stands for. */
  readonly lines: readonly string[];
}

export function toldNetworks(
  runs: readonly ComparedRun[],
  shown: readonly VaryingSetting[],
  most: number,
): ToldNetworks {
  const layered = shown.filter(({ path }) => inLayers.test(path));
  if (layered.length <= mostSettings) return { settings: shown, columns: [], lines: [] };
  const paths = [...new Set(layered.map(({ path }) => inLayers.exec(path)![1]!))];
  const told = paths.map((path) => numbered(path, runs, most));
  return {
    settings: shown.filter((setting) => !layered.includes(setting)),
    columns: told.map(({ column }) => column),
    lines: told.flatMap(({ lines }) => lines),
  };
}

function numbered(
  path: string,
  runs: readonly ComparedRun[],
  most: number,
): { readonly column: NetworkColumn; readonly lines: readonly string[] } {
  const known = new Map<string, { number: number; run: ComparedRun; layers: readonly Json[] }>();
  const numbers = runs.map((run) => {
    const layers = layersAt(path, run);
    if (layers === undefined) return undefined;
    const text = yamlFlow(layers);
    const network = known.get(text) ?? { number: known.size + 1, run, layers };
    known.set(text, network);
    return network.number;
  });
  // Only what stands in the table needs explaining.
  const inTable = new Set(numbers.slice(0, most));
  const listed = [...known.values()].filter(({ number }) => inTable.has(number)).slice(0, mostNetworks);
  const lines = listed.map(({ number, run, layers }) => {
    const { parameters } = run.metrics;
    const size = typeof parameters === 'number' ? `, ${plural(parameters, 'parameter')}` : '';
    const text = layers.map(yamlFlow).join(' → ');
    const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
    return `- ${plain(path)} ${number} (${plural(layers.length, 'layer')}${size}): ${plain(cut)}`;
  });
  return { column: { path, numbers }, lines };
}

/** The list of layers of a resolved configuration; undefined where the stage has none. */
function layersAt(path: string, { config }: ComparedRun): readonly Json[] | undefined {
  const [stage = '', ...rest] = path.split('.');
  let at: Json | undefined = stage === 'params' ? config.params : memberOf(config.stages, stage, 'with');
  for (const key of [...rest, 'layers']) at = memberOf(at, key);
  return Array.isArray(at) ? (at as readonly Json[]) : undefined;
}

function memberOf(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let at = value;
  for (const key of keys) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}
