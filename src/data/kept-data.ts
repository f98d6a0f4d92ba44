/**
 * Prepared data that stays in memory from one trial to the next, by the digest of its artifact, so that it is read once.
 * Nothing is kept unless somebody asks for it: a single run has no use for it. Whoever is handed images only reads them.
 */
import type { SplitName } from './labelled-images.js';
import { loadPreparedData, type PreparedData } from './prepared-data.js';

/** An artifact as stages get it, its files verified. */
interface PreparedArtifact {
  readonly folder: string;
  readonly digest: string;
}

let most = 0;
/** Digest → splits asked for → data; the last used is the last. */
const kept = new Map<string, Map<string, Promise<PreparedData>>>();

/** From now on the data of so many artifacts is kept, those used last. */
export function keepPreparedData(artifacts: number): void {
  most = artifacts;
  forgetOldest();
}

/** As `loadPreparedData`, which see for the parameters and errors. */
export function loadKeptData<Split extends SplitName>(
  { folder, digest }: PreparedArtifact,
  splits: readonly Split[],
  shared?: Split,
): Promise<PreparedData<Split>> {
  if (most === 0) return loadPreparedData(folder, splits, shared);
  const found = kept.get(digest) ?? new Map<string, Promise<PreparedData>>();
  kept.delete(digest);
  kept.set(digest, found);
  forgetOldest();
  const key = `${splits.join(' ')}, ${shared ?? 'none'} shared`;
  let data = found.get(key);
  if (data === undefined) {
    const loading = loadPreparedData(folder, splits, shared) as Promise<PreparedData>;
    loading.catch(() => found.delete(key));
    found.set(key, (data = loading));
  }
  return data;
}

function forgetOldest(): void {
  for (const digest of [...kept.keys()].slice(0, Math.max(0, kept.size - most))) kept.delete(digest);
}
