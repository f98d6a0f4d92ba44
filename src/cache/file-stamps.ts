/**
 * Stamps: what the file system said of an artifact's files (size, mtime, ctime, inode) when they were last hashed. As
 * long as it says the same, the files are taken to be the same, so that a cached run hashes nothing. A hint only: a
 * stamp that is lost, damaged or out of date costs a hashing.
 */
import { lstatSync, readFileSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../core/atomic-write.js';
import { canonicalJson, isJsonObject } from '../core/json.js';
import type { ArtifactFile } from './artifact-cache.js';
import { findFault, type FileFault, type FileNamer } from './artifact-files.js';

/** Path → `size mtime ctime inode`, times in nanoseconds. */
export type FileStamps = Readonly<Record<string, string>>;

// Kernels stamp files by a clock that ticks every 1 to 10 ms: a change in the tick of the hashing could go unseen.
const tickMilliseconds = 20;

function stampOf(status: BigIntStats): string {
  return `${status.size} ${status.mtimeNs} ${status.ctimeNs} ${status.ino}`;
}

/** The stamps of files as they are now. Throws as `fs` does when one is missing. */
export function stampFiles(folder: string, files: readonly { readonly path: string }[]): FileStamps {
  return Object.fromEntries(
    files.map(({ path }) => [path, stampOf(lstatSync(join(folder, path), { bigint: true }))]),
  );
}

function newestChange(stamps: FileStamps): number {
  return Math.max(
    0,
    ...Object.values(stamps).map((stamp) => Number(BigInt(stamp.split(' ')[2] ?? 0) / 1_000_000n)),
  );
}

/** Whether a change of these files from now on would show in their stamps. */
export function areSettled(stamps: FileStamps): boolean {
  return newestChange(stamps) + tickMilliseconds <= Date.now();
}

/** Waits until a change of these files would show in their stamps: a few milliseconds after they were written. */
export async function untilStampsSettle(stamps: FileStamps): Promise<void> {
  const wait = newestChange(stamps) + tickMilliseconds - Date.now();
  // A file from the future (a clock set back) is not waited for.
  if (wait > 0) await sleep(Math.min(wait, tickMilliseconds));
}

/** Whether the stamps kept at `path` say that every file is as it was when last hashed. */
export function stampsMatch(path: string, folder: string, files: readonly ArtifactFile[]): boolean {
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isJsonObject(kept)) return false;
    return files.every((file) => {
      const status = lstatSync(join(folder, file.path), { bigint: true });
      return (
        status.size === BigInt(file.bytes) &&
        Object.hasOwn(kept, file.path) &&
        kept[file.path] === stampOf(status)
      );
    });
  } catch {
    // No stamps, damaged ones, or a file that is not there: hashing will tell which.
    return false;
  }
}

/** Keeps stamps taken before a hashing that found all well. Best effort: without them the next look hashes again. */
export function keepStamps(path: string, stamps: FileStamps): void {
  try {
    writeFileAtomic(path, `${canonicalJson(stamps)}\n`, false);
  } catch {
    // Such as a full disk or a read-only folder; nothing is lost but time.
  }
}

/** Hashes every file, and when all is well keeps their stamps at `path`. */
export async function findFaultAndStamp(
  path: string,
  folder: string,
  files: readonly ArtifactFile[],
  name: FileNamer,
): Promise<FileFault | undefined> {
  let before: FileStamps | undefined;
  try {
    before = stampFiles(folder, files);
  } catch {
    // A file is missing: said below, in words.
  }
  if (before !== undefined) await untilStampsSettle(before);
  const fault = await findFault(folder, files, name);
  if (fault === undefined && before !== undefined) keepStamps(path, before);
  return fault;
}
