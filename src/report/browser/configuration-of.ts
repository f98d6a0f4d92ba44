/** A run's configuration, put together from the leaves that the page holds. */
import type { Json, JsonObject } from '../../core/json.js';
import type { PageRest } from '../comparison/page-data.js';

export function configurationOf({ configuration }: PageRest, run: number): JsonObject {
  // No prototype: keys come from users' files.
  const root = Object.create(null) as Record<string, unknown>;
  for (const { path, values, of } of configuration) {
    const text = values[of === undefined ? 0 : (of[run] ?? -1)];
    const last = path.at(-1);
    if (text === undefined || last === undefined) continue;
    let at: Record<string | number, unknown> = root;
    for (const [i, key] of path.slice(0, -1).entries())
      at = (at[key] ??= typeof path[i + 1] === 'number' ? [] : Object.create(null)) as typeof at;
    at[last] = JSON.parse(text) as Json;
  }
  return root as JsonObject;
}
