/** A value of a checked experiment by its dotted path, as constraints name it: `train.batchSize`, `params.classes`, `seed`. */
import { isJsonObject, type Json } from '../core/json.js';
import type { CheckedExperiment } from './checked-experiment.js';

/** Nothing where no such setting is there. */
export function settingAt({ seed, params, stages }: CheckedExperiment, path: string): Json | undefined {
  const [first = '', ...keys] = path.split('.');
  if (path === 'seed') return seed;
  let value: Json | undefined =
    first === 'params' ? params : stages.find(({ name }) => name === first)?.settings;
  for (const key of keys) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(key)];
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
