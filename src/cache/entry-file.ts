/**
 * The file of one cache entry: canonical JSON with a checksum of its own, so that a flipped byte anywhere in it is seen.
 * Owns that form; whether the files that an entry names are there is not its concern.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { canonicalJson } from '../core/json.js';
import type { CacheEntry } from './artifact-cache.js';
import type { CacheLayout } from './cache-layout.js';
import { isDamaged, isMissing } from './file-problem.js';

const entryFileName = /^([0-9a-f]{64})\.json$/;

export type EntryReading =
  | { readonly state: 'present'; readonly entry: CacheEntry; readonly usedAt: number }
  | { readonly state: 'absent' }
  | { readonly state: 'rotten'; readonly message: string };

// JSON has no NaN, and the loss of a training that diverged is one.
const numberMark = '$number';

function encodeNumbers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [numberMark]: String(value) };
  if (Array.isArray(value)) return value.map(encodeNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, encodeNumbers(member)]));
}

function decodeNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(numberMark in value)) return value;
  return Number(value[numberMark]);
}

const head = '{"checksum":"';
const middle = '","entry":';
const tail = '}\n';

function fileText(body: string): string {
  return `${head}${sha256(body)}${middle}${body}${tail}`;
}

/** Writes an entry, whole or not at all. Throws as `fs` does. */
export function writeEntry(path: string, entry: CacheEntry, flushed: boolean): void {
  const text = fileText(canonicalJson({ ...entry, summary: encodeNumbers(entry.summary) }));
  writeFileAtomic(path, text, flushed);
}

/** The entry in these bytes, or nothing when they are not exactly what `writeEntry` writes for some entry. */
function decode(bytes: Buffer): CacheEntry | undefined {
  const text = bytes.toString('utf8');
  const body = text.slice(head.length + 64 + middle.length, -tail.length);
  // Compared as bytes: decoding would forgive bytes that are not UTF-8.
  if (!Buffer.from(fileText(body), 'utf8').equals(bytes)) return undefined;
  try {
    return JSON.parse(body, body.includes(`"${numberMark}"`) ? decodeNumber : undefined) as CacheEntry;
  } catch {
    return undefined;
  }
}

/** Reads a fingerprint's entry. Throws as `fs` does for what is neither a missing nor a damaged file. */
export function readEntry(layout: CacheLayout, fingerprint: string): EntryReading {
  const path = layout.entry(fingerprint);
  let bytes: Buffer;
  let usedAt: number;
  try {
    bytes = readFileSync(path);
    usedAt = statSync(path).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return { state: 'absent' };
    if (!isDamaged(error)) throw error;
    return {
      state: 'rotten',
      message: `expected cache entry ${path} to be readable, got an error of the disk (EIO)`,
    };
  }
  const entry = decode(bytes);
  if (entry === undefined) {
    const message = `expected cache entry ${path} to be as it was written, got ${bytes.length} bytes that its checksum does not fit`;
    return { state: 'rotten', message };
  }
  if (entry.fingerprint !== fingerprint) {
    const message = `expected cache entry ${path} to be that of its file name, got the entry of ${entry.fingerprint}`;
    return { state: 'rotten', message };
  }
  return { state: 'present', entry, usedAt };
}

/** The names in a folder, or none when it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Fingerprints of all entry files, whatever their state, sorted. */
export function entryFingerprints(layout: CacheLayout): string[] {
  return namesIn(layout.entries)
    .flatMap((group) => namesIn(join(layout.entries, group)))
    .flatMap((name) => entryFileName.exec(name)?.[1] ?? [])
    .sort();
}

/** All entries that read back whole. */
export function readEntries(layout: CacheLayout): { readonly entry: CacheEntry; readonly usedAt: number }[] {
  return entryFingerprints(layout).flatMap((fingerprint) => {
    const reading = readEntry(layout, fingerprint);
    return reading.state === 'present' ? [reading] : [];
  });
}
