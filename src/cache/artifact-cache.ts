/**
 * The contract of the cache: artifacts by content, entries by fingerprint. Whole or absent, verified when read, made by
 * one process at a time. Types only; `disk-artifact-cache.ts` keeps them in `.assay/`.
 */
import type { StageSummary } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { FingerprintRecord } from '../plan/fingerprint.js';
import type { Checkpoints } from '../stages/stage.js';

export interface ArtifactFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CacheEntry {
  readonly fingerprint: string;
  readonly record: FingerprintRecord;
  /** Digest of the artifact: SHA-256 over its sorted files' path, bytes and sha256. */
  readonly artifact: string;
  readonly files: readonly ArtifactFile[];
  readonly summary: StageSummary;
  /** Wall seconds that making it took. */
  readonly seconds: number;
  /** The run that made it. */
  readonly madeBy: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export type Lookup =
  | { readonly state: 'present'; readonly entry: CacheEntry }
  | { readonly state: 'absent' }
  /** Found broken and dropped; the problem says which file and how. */
  | { readonly state: 'rotten'; readonly problem: Problem };

export interface Lock {
  release(): void;
}

/** A folder to fill, which becomes an artifact by one rename or leaves no trace. */
export interface Workspace {
  readonly folder: string;
  commit(info: { record: FingerprintRecord; summary: StageSummary; seconds: number; madeBy: string }): Promise<CacheEntry>;
  discard(): Promise<void>;
}

export interface GarbagePolicy {
  /** Remove entries not used for this long. */
  readonly olderThanMilliseconds?: number | undefined;
  /** Remove the least recently used until all artifacts together are no larger. */
  readonly maxBytes?: number | undefined;
  /** Fingerprints that stay whatever else is said (used by a kept run). */
  readonly keep?: ReadonlySet<string> | undefined;
  /** Remove all that is not in `keep`. */
  readonly unusedOnly?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface GarbageResult {
  readonly removed: readonly CacheEntry[];
  readonly bytes: number;
  /** Left-over temporary files and workspaces of dead processes swept up. */
  readonly leftovers: number;
  /** Set when a run is under way: nothing was touched. */
  readonly busy?: Problem | undefined;
}

export interface ArtifactCache {
  /**
   * Cheap check, enough to call a stage cached: files are there with the size and the time stamps (mtime, ctime) under
   * which they were last hashed; one whose stamps differ is hashed again.
   */
  find(fingerprint: string): Promise<Lookup>;
  /** Hashes every file and returns the artifact's absolute folder for reading. Drops a rotten entry. */
  open(entry: CacheEntry): Promise<{ readonly ok: true; readonly folder: string } | { readonly ok: false; readonly problem: Problem }>;
  /** Held by the operating system for this process alone, so it ends with it, however it dies. */
  lock(fingerprint: string, options: { signal: AbortSignal; onWait: () => void }): Promise<Lock>;
  workspace(fingerprint: string): Promise<Workspace>;
  checkpoints(fingerprint: string): Checkpoints & { clear(): Promise<void> };
  /** While held, garbage collection keeps its hands off. Shared by all runs under way. */
  hold(): Lock;
  /** The entry last used for a key such as `mnist-cnn/train`: what `plan` compares against. */
  lastUsed(key: string): CacheEntry | undefined;
  remember(key: string, entry: CacheEntry): void;
  list(): Promise<readonly { readonly entry: CacheEntry; readonly usedAt: number; readonly bytes: number }[]>;
  /** Hashes everything; `drop` removes what is rotten. */
  verify(options: { drop: boolean }): Promise<{ readonly checked: number; readonly problems: readonly Problem[] }>;
  collect(policy: GarbagePolicy): Promise<GarbageResult>;
}
