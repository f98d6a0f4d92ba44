/** What one configuration sets differently from another, setting by setting. */
import { canonicalJson, isJsonObject, type Json } from './json.js';

export interface Difference {
  /** Dotted: `train.epochs`, `seed`, `params.classes`. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly now: Json | undefined;
}

/** In the order of `now`; what only `before` has comes last. Mappings are compared key by key, lists as a whole. */
export function differencesOf(before: Json, now: Json): Difference[] {
  const differences: Difference[] = [];
  compare('', before, now, differences);
  return differences;
}

function compare(path: string, before: Json | undefined, now: Json | undefined, into: Difference[]): void {
  if (isJsonObject(before) && isJsonObject(now)) {
    for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
      compare(path === '' ? key : `${path}.${key}`, before[key], now[key], into);
    }
  } else if (before === undefined || now === undefined || canonicalJson(before) !== canonicalJson(now)) {
    into.push({ path, before, now });
  }
}
