import { expect, it } from 'vitest';
import type { CacheListItem } from '../../src/cache/artifact-cache.js';
import { formatCacheListing } from '../../src/cache/cache-listing.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { recordOf } from './cache-rig.js';

const now = Date.UTC(2026, 0, 31);
const item = (
  name: string,
  kind: string,
  artifact: string,
  bytes: number,
  hoursAgo: number,
): CacheListItem => ({
  entry: {
    fingerprint: fingerprintOf(recordOf(name)),
    record: recordOf(name, kind),
    artifact,
    files: [],
    summary: {},
    seconds: 72,
    madeBy: 'quickstart-1',
    createdAt: now - 26 * 3600_000,
  },
  usedAt: now - hoursAgo * 3600_000,
  bytes,
});

it('the listing says of each entry what it is, the last used first, and counts shared artifacts once', () => {
  const items = [
    item('a', 'preprocess', 'x', 55_000_000, 2),
    item('b', './stages/mine\u001b[2J.ts', 'y', 1500, 0),
    item('c', 'train', 'x', 55_000_000, 26),
  ];
  expect(formatCacheListing(items, now)).toBe(
    [
      'fingerprint   kind                    size        took  made     used      by run',
      `${items[1]!.entry.fingerprint.slice(0, 12)}  ./stages/mine�[2J.ts  1.5 kB  1 min 12 s  1 d ago  just now  quickstart-1`,
      `${items[0]!.entry.fingerprint.slice(0, 12)}  preprocess             55 MB  1 min 12 s  1 d ago  2 h ago   quickstart-1`,
      `${items[2]!.entry.fingerprint.slice(0, 12)}  train                  55 MB  1 min 12 s  1 d ago  1 d ago   quickstart-1`,
      '',
      '3 entries, 2 artifacts, 55 MB',
    ].join('\n'),
  );
});

it('the listing of an empty cache says so', () => {
  expect(formatCacheListing([], now)).toBe('the cache is empty');
});
