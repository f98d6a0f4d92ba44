/**
 * An artifact's files on the disk: listing, hashing, checking them against what an entry or a checkpoint says, and
 * flushing them. Knows nothing of entries, locks or where artifacts lie.
 */
import { closeSync, fsyncSync, lstatSync, openSync, readdirSync, statSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { sha256, sha256OfFile } from '../core/digest.js';
import { canonicalJson } from '../core/json.js';
import { expected, ProblemError, showValue } from '../core/problem.js';
import type { ArtifactFile } from './artifact-cache.js';
import { isDamaged, isMissing } from './file-problem.js';

interface FolderContent {
  /** Relative paths with forward slashes, sorted by UTF-16 code units. */
  readonly files: readonly string[];
  /** Relative paths of the folders, the folder itself (`''`) first, each before what is in it. */
  readonly folders: readonly string[];
}

/**
 * All files and folders below a folder.
 * @throws {ProblemError} `unusable-output` for what is neither: a link or a device would not be the same elsewhere.
 */
export function listFolder(folder: string): FolderContent {
  const files: string[] = [];
  const folders = [''];
  for (const parent of folders) {
    for (const item of readdirSync(join(folder, parent), { withFileTypes: true })) {
      const path = parent === '' ? item.name : `${parent}/${item.name}`;
      if (item.isDirectory()) folders.push(path);
      else if (item.isFile()) files.push(path);
      else {
        const what = item.isSymbolicLink() ? 'a symbolic link' : 'a special file';
        throw new ProblemError({
          code: 'unusable-output',
          message: `expected a stage's output to hold plain files and folders only, got ${what}: ${showValue(path)}`,
        });
      }
    }
  }
  return { files: files.sort((a, b) => (a < b ? -1 : 1)), folders };
}

/** Size and SHA-256 of each file of a list. */
export async function hashFiles(folder: string, paths: readonly string[]): Promise<ArtifactFile[]> {
  const files: ArtifactFile[] = [];
  for (const path of paths) {
    const digest = await sha256OfFile(join(folder, path));
    files.push({ path, bytes: statSync(join(folder, path)).size, sha256: digest });
  }
  return files;
}

/** Digest of an artifact: of its files' paths, sizes and digests, sorted by path. */
export function artifactDigest(files: readonly ArtifactFile[]): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return sha256(
    canonicalJson(sorted.map(({ path, bytes, sha256: digest }) => ({ path, bytes, sha256: digest }))),
  );
}

/** Flushes files and the folders that name them, so that what is renamed next is whole even after a power cut. */
export function flushFolder(folder: string, content: FolderContent): void {
  for (const path of [...content.files, ...content.folders]) flush(join(folder, path));
}

/** Flushes one file or folder to the disk. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The difference between a file and what it should be, as one sentence. */
export interface FileFault {
  readonly message: string;
}

/** What a file of an artifact is called in a message: its name, and what it belongs to. */
export type FileNamer = (path: string) => string;

/** The file's status, or the fault that it is not there with the right size. */
function checkSize(folder: string, file: ArtifactFile, name: FileNamer): BigIntStats | FileFault {
  let status: BigIntStats;
  try {
    status = lstatSync(join(folder, file.path), { bigint: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { message: expected(name(file.path), `a file of ${file.bytes} bytes`, undefined) };
  }
  if (!status.isFile())
    return { message: `expected ${name(file.path)} to be a plain file, got something else` };
  if (status.size === BigInt(file.bytes)) return status;
  return { message: `expected ${name(file.path)} to be a file of ${file.bytes} bytes, got ${status.size}` };
}

/** Hashes every file; the first fault, or nothing when all are as they should be. Files not named are not looked at. */
export async function findFault(
  folder: string,
  files: readonly ArtifactFile[],
  name: FileNamer,
): Promise<FileFault | undefined> {
  for (const file of files) {
    const status = checkSize(folder, file, name);
    if ('message' in status) return status;
    let digest: string;
    try {
      digest = await sha256OfFile(join(folder, file.path));
    } catch (error) {
      if (isMissing(error))
        return { message: expected(name(file.path), `a file of ${file.bytes} bytes`, undefined) };
      if (!isDamaged(error)) throw error;
      return { message: `expected ${name(file.path)} to be readable, got an error of the disk (EIO)` };
    }
    if (digest !== file.sha256) {
      return { message: `expected ${name(file.path)} to have the SHA-256 ${file.sha256}, got ${digest}` };
    }
  }
  return undefined;
}
