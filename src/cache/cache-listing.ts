/** The table that `assay cache ls` prints. Text only: what is in the cache is handed in. */
import { formatBytes, formatCount, formatSeconds } from '../core/format-units.js';
import type { CacheListItem } from './artifact-cache.js';

const heads = ['fingerprint', 'kind', 'size', 'took', 'made', 'used', 'by run'] as const;
const alignedRight: ReadonlySet<number> = new Set([2, 3]);

function ago(time: number, now: number): string {
  const seconds = (now - time) / 1000;
  if (seconds < 60) return 'just now';
  // The largest unit says enough of an age.
  const [count, unit] = formatSeconds(seconds).split(' ');
  return `${count} ${unit} ago`;
}

/** Control characters of a name that a user gave would move the cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�');
}

/**
 * One line for each entry, the last used first, and a last line with the sum; shared artifacts count once in it.
 * @param now Milliseconds since 1970.
 */
export function formatCacheListing(items: readonly CacheListItem[], now: number): string {
  if (items.length === 0) return 'the cache is empty';
  const sorted = [...items].sort((a, b) => b.usedAt - a.usedAt || b.entry.createdAt - a.entry.createdAt);
  const rows = sorted.map(({ entry, usedAt, bytes }) => [
    entry.fingerprint.slice(0, 12),
    plain(entry.record.kind),
    formatBytes(bytes),
    formatSeconds(entry.seconds),
    ago(entry.createdAt, now),
    ago(usedAt, now),
    plain(entry.madeBy),
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [heads, ...rows].map((row) =>
    row
      .map((cell, at) =>
        alignedRight.has(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const artifacts = new Map(items.map(({ entry, bytes }) => [entry.artifact, bytes]));
  const bytes = [...artifacts.values()].reduce((sum, size) => sum + size, 0);
  const entries = items.length === 1 ? '1 entry' : `${formatCount(items.length)} entries`;
  const sum = `${entries}, ${artifacts.size === 1 ? '1 artifact' : `${formatCount(artifacts.size)} artifacts`}, ${formatBytes(bytes)}`;
  return `${lines.join('\n')}\n\n${sum}`;
}
