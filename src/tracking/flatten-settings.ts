/** A run's resolved configuration as rows that a query can name: dotted path → value. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';

export interface SettingRow {
  readonly path: string;
  readonly kind: 'number' | 'text' | 'boolean' | 'null';
  /** A boolean as 1 or 0. */
  readonly value: number | string | null;
}

/** Enough for any network written by hand; what a generated configuration has beyond it stands in `runs.config` only. */
const mostRows = 2000;

/**
 * The settings of a resolved configuration under the paths by which `--set` writes them: `train.batchSize`,
 * `build.network.layers.1.dense.units`, `params.classes`. A stage's `uses` is `train.uses`; seed, engine and name are fields of the
 * run itself and no settings.
 */
export function flattenSettings(config: JsonObject): SettingRow[] {
  const rows: SettingRow[] = [];
  if (isJsonObject(config.params)) collect(config.params, 'params', rows);
  if (isJsonObject(config.stages)) {
    for (const [name, stage] of Object.entries(config.stages)) {
      if (!isJsonObject(stage)) continue;
      if (typeof stage.uses === 'string')
        rows.push({ path: `${name}.uses`, kind: 'text', value: stage.uses });
      if (isJsonObject(stage.with)) collect(stage.with, name, rows);
    }
  }
  const unique = new Map(rows.map((row) => [row.path, row]));
  return [...unique.values()].slice(0, mostRows);
}

function collect(value: Json, path: string, rows: SettingRow[]): void {
  if (rows.length > mostRows) return;
  if (value === null) rows.push({ path, kind: 'null', value: null });
  else if (typeof value === 'number') rows.push({ path, kind: 'number', value });
  else if (typeof value === 'string') rows.push({ path, kind: 'text', value });
  else if (typeof value === 'boolean') rows.push({ path, kind: 'boolean', value: value ? 1 : 0 });
  else
    for (const [key, member] of Object.entries(value as JsonObject)) collect(member, `${path}.${key}`, rows);
}
