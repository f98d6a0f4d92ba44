/** The table that tells people what a network consists of, as data and as text. Described in docs/artifacts.md. */
import { formatCount } from '../core/format-units.js';
import { inputName } from './network-plan.js';
import { showShape } from './network-shapes.js';
import type { PlannedLayer } from './network.js';
import type { tfLayers } from './tfjs.js';

export interface LayerSummary {
  readonly name: string;
  /** By its tfjs name, `input` for the image. */
  readonly type: string;
  /** Without the batch. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Names of the layers it takes its input from. */
  readonly inputs: readonly string[];
}

export interface NetworkSummary {
  readonly name: string;
  /** Height, width, channels. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** In the order of the network, the input first. */
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainableParameters: number;
}

/** Sums a built network up; `layers` is the plan it was built from. */
export function summarizeNetwork(
  model: tfLayers.LayersModel,
  layers: readonly PlannedLayer[],
  classes: number,
): NetworkSummary {
  const inputShape = model.inputs[0]!.shape.slice(1) as number[];
  const rows = layers.map(({ name, type, inputs }): LayerSummary => {
    const layer = model.getLayer(name);
    const outputShape = (layer.outputShape as (number | null)[]).slice(1) as number[];
    return { name, type, outputShape, parameters: layer.countParams(), inputs };
  });
  return {
    name: model.name,
    inputShape,
    classes,
    layers: [{ name: inputName, type: 'input', outputShape: inputShape, parameters: 0, inputs: [] }, ...rows],
    parameters: countWeights(model.weights),
    trainableParameters: countWeights(model.trainableWeights),
  };
}

function countWeights(weights: readonly { readonly shape: readonly (number | null)[] }[]): number {
  return weights.reduce(
    (sum, { shape }) => sum + (shape as number[]).reduce((product, side) => product * side, 1),
    0,
  );
}

/** The summary as a table in plain text, ending with a line break. */
export function printSummary(summary: NetworkSummary): string {
  const branched = summary.layers.some(({ inputs }, index) => index > 0 && !follows(summary, index, inputs));
  const rows = summary.layers.map(({ name, type, outputShape, parameters, inputs }, index) => [
    name,
    type,
    showShape(outputShape),
    formatCount(parameters),
    // Only what is not the layer just above is worth reading.
    ...(branched ? [index === 0 || follows(summary, index, inputs) ? '' : inputs.join(', ')] : []),
  ]);
  const head = ['layer', 'type', 'output', 'parameters', ...(branched ? ['from'] : [])];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  const fixed = summary.parameters - summary.trainableParameters;
  const total = `${formatCount(summary.parameters)} parameters, ${fixed === 0 ? 'all trained' : `${formatCount(summary.trainableParameters)} of them trained`}`;
  return [
    `${summary.name}: images of ${showShape(summary.inputShape)}, ${formatCount(summary.classes)} classes`,
    '',
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    total,
    '',
  ].join('\n');
}

function follows({ layers }: NetworkSummary, index: number, inputs: readonly string[]): boolean {
  return inputs.length === 1 && inputs[0] === layers[index - 1]!.name;
}
