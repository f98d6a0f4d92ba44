/**
 * Where things lie in the cache's folder (`.assay/`), and which names are well-formed. Owns paths alone: it reads and
 * writes nothing. Described for people in docs/cache.md.
 */
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';

export const hexDigest = /^[0-9a-f]{64}$/;

export interface CacheLayout {
  readonly root: string;
  readonly artifacts: string;
  readonly entries: string;
  readonly stamps: string;
  readonly checkpoints: string;
  readonly latest: string;
  readonly locks: string;
  /** Workspaces, and what was renamed away to be removed. */
  readonly work: string;
  artifact(digest: string): string;
  entry(fingerprint: string): string;
  stamp(digest: string): string;
  checkpointsOf(fingerprint: string): string;
  pointer(key: string): string;
  lock(fingerprint: string): string;
  /** Shared by everybody who uses the cache; `collect` takes it for itself. */
  readonly holdLock: string;
  /** Taken for the instants in which an artifact and its entry come or go. */
  readonly storeLock: string;
}

/** `ab/abcd…`: no folder with more names than a person can list. */
function spread(folder: string, digest: string, ending = ''): string {
  if (!hexDigest.test(digest)) throw new Error(`not a digest: ${JSON.stringify(digest)}`);
  return join(folder, digest.slice(0, 2), `${digest}${ending}`);
}

export function cacheLayout(root: string): CacheLayout {
  const at = (name: string): string => join(root, name);
  const [artifacts, entries, stamps, checkpoints] = [
    at('artifacts'),
    at('entries'),
    at('stamps'),
    at('checkpoints'),
  ];
  const [latest, locks, work] = [at('latest'), at('locks'), at('work')];
  return {
    root,
    artifacts,
    entries,
    stamps,
    checkpoints,
    latest,
    locks,
    work,
    artifact: (digest) => spread(artifacts, digest),
    entry: (fingerprint) => spread(entries, fingerprint, '.json'),
    stamp: (digest) => spread(stamps, digest, '.json'),
    checkpointsOf: (fingerprint) => spread(checkpoints, fingerprint),
    // Keys hold users' names, which may be no file names.
    pointer: (key) => join(latest, `${sha256(key).slice(0, 32)}.json`),
    lock: (fingerprint) => {
      if (!hexDigest.test(fingerprint)) throw new Error(`not a fingerprint: ${JSON.stringify(fingerprint)}`);
      return join(locks, `${fingerprint}.lock`);
    },
    holdLock: join(locks, 'hold.lock'),
    storeLock: join(locks, 'store.lock'),
  };
}
