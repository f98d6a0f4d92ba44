/** Which entries a garbage policy removes: pure, on what is known of each. */
import type { CacheEntry, GarbagePolicy } from './artifact-cache.js';

interface UsedEntry {
  readonly entry: CacheEntry;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/** What an entry's files take together. */
export function bytesOf(entry: CacheEntry): number {
  return entry.files.reduce((sum, file) => sum + file.bytes, 0);
}

/** The entries to remove, the least recently used first. */
export function chooseGarbage(
  entries: readonly UsedEntry[],
  policy: GarbagePolicy,
  now = Date.now(),
): CacheEntry[] {
  const {
    olderThanMilliseconds = Infinity,
    maxBytes = Infinity,
    keep = new Set<string>(),
    unusedOnly = false,
  } = policy;
  const byAge = [...entries].sort(
    (a, b) => a.usedAt - b.usedAt || (a.entry.fingerprint < b.entry.fingerprint ? -1 : 1),
  );
  const free = byAge.filter(({ entry }) => !keep.has(entry.fingerprint));
  const removed = new Set(
    free.filter(({ usedAt }) => unusedOnly || now - usedAt > olderThanMilliseconds).map(({ entry }) => entry),
  );

  // How many entries share each artifact: its bytes are free only when the last of them goes.
  const users = new Map<string, number>();
  let total = 0;
  for (const { entry } of entries) {
    if (removed.has(entry)) continue;
    const count = users.get(entry.artifact) ?? 0;
    if (count === 0) total += bytesOf(entry);
    users.set(entry.artifact, count + 1);
  }
  for (const { entry } of free) {
    if (total <= maxBytes) break;
    if (removed.has(entry)) continue;
    removed.add(entry);
    const left = (users.get(entry.artifact) ?? 1) - 1;
    users.set(entry.artifact, left);
    if (left === 0) total -= bytesOf(entry);
  }
  return byAge.map(({ entry }) => entry).filter((entry) => removed.has(entry));
}
