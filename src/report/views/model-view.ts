/** The network, layer by layer, and where its parameters lie. */
import { formatCount } from '../../core/format-units.js';
import type { LayerFacts } from '../artifact-facts.js';
import type { ModelFacts } from '../run-artifacts.js';
import { percent, plural } from './format.js';

export interface LayerRow {
  readonly name: string;
  readonly type: string;
  readonly shape: string;
  readonly parameters: number;
  /** Share of all parameters, from 0 to 100. */
  readonly width: number;
  /** Names of the layers before it; empty where that is just the row above. */
  readonly inputs: string;
}

export interface ModelView {
  readonly sentence: string;
  readonly name: string;
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly branches: boolean;
  readonly layers: readonly LayerRow[];
}

/** The image that comes in is listed among the layers, but is none. */
export function countLayers({ layers }: ModelFacts): number {
  return layers.filter(({ type }) => type !== 'input').length;
}

function sentenceOf(facts: ModelFacts): string {
  const { name, layers, parameters, trainableParameters } = facts;
  const largest = layers.reduce<LayerFacts | undefined>(
    (most, layer) => (most === undefined || layer.parameters > most.parameters ? layer : most),
    undefined,
  );
  const begin = `${name} has ${plural(countLayers(facts), 'layer')} and ${plural(parameters, 'parameter')}`;
  if (largest === undefined || parameters === 0) return `${begin}.`;
  const frozen = parameters - trainableParameters;
  const still = frozen > 0 ? ` ${plural(frozen, 'parameter')} are not trained.` : '';
  const holders = layers.filter((layer) => layer.parameters > 0).length;
  const share = percent(largest.parameters / parameters, 0);
  return holders < 2
    ? `${begin}, all in ${largest.name}.${still}`
    : `${begin}, ${share} of them in ${largest.name}.${still}`;
}

export function modelView(facts: ModelFacts): ModelView {
  const { layers, parameters } = facts;
  const rows = layers.map((layer, i) => {
    const before = layers[i - 1]?.name;
    const plain = layer.inputs.length === 0 || (layer.inputs.length === 1 && layer.inputs[0] === before);
    return {
      name: layer.name,
      type: layer.type,
      shape: layer.outputShape.map(formatCount).join(' × '),
      parameters: layer.parameters,
      width: parameters === 0 ? 0 : Number(((layer.parameters / parameters) * 100).toFixed(2)),
      inputs: plain ? '' : layer.inputs.join(', '),
    };
  });
  return {
    sentence: sentenceOf(facts),
    name: facts.name,
    parameters,
    trainableParameters: facts.trainableParameters,
    branches: rows.some(({ inputs }) => inputs !== ''),
    layers: rows,
  };
}
