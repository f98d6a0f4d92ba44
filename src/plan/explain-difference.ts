/** Says in words why a stage can't be taken from the cache: which field of its record changed, from what to what. */
import { canonicalJson, isJsonObject, type Json } from '../core/json.js';
import { showValue } from '../core/problem.js';
import type { FingerprintRecord } from './fingerprint.js';

type Leaves = Map<string, Json>;

function collectLeaves(value: Json, path: string, into: Leaves): void {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, member] of Object.entries(value))
      collectLeaves(member, path === '' ? key : `${path}.${key}`, into);
  } else if (Array.isArray(value) && value.some((item: Json) => typeof item === 'object' && item !== null)) {
    value.forEach((item: Json, index) => collectLeaves(item, `${path}.${index}`, into));
  } else {
    into.set(path, value);
  }
}

function leavesOf(record: FingerprintRecord): Leaves {
  const leaves: Leaves = new Map();
  collectLeaves(record as unknown as Json, '', leaves);
  return leaves;
}

/** How a leaf of the record is named to the user: settings by the stage's own name, as `--set` writes them. */
function userPath(path: string, stage: string): string {
  if (path.startsWith('settings.')) return `${stage}.${path.slice('settings.'.length)}`;
  if (path === 'version') return `code version of ${stage}`;
  if (path.startsWith('identity')) return `code or templates of ${stage}`;
  const elsewhere = /^experiment\.stages\.([^.]+)\.with\.(.+)$/.exec(path);
  if (elsewhere !== null) return `${elsewhere[1]!}.${elsewhere[2]!}`;
  if (path.startsWith('experiment.')) return path.slice('experiment.'.length);
  return path;
}

/** Inputs are digests; twelve digits tell two apart. */
function shortDigest(digest: Json): string {
  return typeof digest === 'string' ? digest.slice(0, 12) : showValue(digest);
}

function sentence(path: string, stage: string, before: Json | undefined, now: Json | undefined): string {
  if (path.startsWith('inputs.')) {
    const input = path.slice('inputs.'.length);
    if (before === undefined) return `${input} is a new input`;
    if (now === undefined) return `${input} is no longer an input`;
    return `the output of ${input} changed: ${shortDigest(before)} → ${shortDigest(now)}`;
  }
  const name = userPath(path, stage);
  if (path.startsWith('identity')) return `${name} changed`;
  return `${name}: ${before === undefined ? '(not set)' : showValue(before)} → ${now === undefined ? '(not set)' : showValue(now)}`;
}

/**
 * The differences of two records of one stage, in the order of the new one; empty when they are the same. Without an
 * earlier one, that there is none.
 */
export function explainDifference(
  before: FingerprintRecord | undefined,
  now: FingerprintRecord,
  stage: string,
): string[] {
  if (before === undefined) return ['not done before'];
  const old = leavesOf(before);
  const fresh = leavesOf(now);
  const paths = [...fresh.keys(), ...[...old.keys()].filter((path) => !fresh.has(path))];
  const lines = paths
    .filter((path) => {
      const [a, b] = [old.get(path), fresh.get(path)];
      return a === undefined || b === undefined || canonicalJson(a) !== canonicalJson(b);
    })
    .map((path) => sentence(path, stage, old.get(path), fresh.get(path)));
  // What the whole experiment shows of a stage's setting is told once.
  return [...new Set(lines)];
}

/** Why a stage that is not in the cache under its record runs; never empty. */
export function reasonsToRun(
  before: FingerprintRecord | undefined,
  now: FingerprintRecord,
  stage: string,
): string[] {
  const differences = explainDifference(before, now, stage);
  return differences.length > 0 ? differences : ['its output is no longer in the cache'];
}
