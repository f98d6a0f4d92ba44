/**
 * Writing so that a file is whole or absent: to a temporary name beside it, flushed to the disk, then renamed. A
 * process killed at any moment leaves at worst a `.tmp-…` file, which `assay cache gc` sweeps up.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';

export const temporaryPrefix = '.tmp-';

/** A name beside `path` that nobody else uses. */
export function temporaryNameFor(path: string): string {
  return join(
    dirname(path),
    `${temporaryPrefix}${basename(path)}-${process.pid}-${randomBytes(4).toString('hex')}`,
  );
}

/**
 * Writes `data` to `path`, making its folder when missing. Throws as `fs` does; nothing half-written stays.
 * @param flushed whether it is to outlast a power cut, too, which costs a millisecond or more.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array, flushed = true): void {
  makeFolder(dirname(path));
  const temporary = temporaryNameFor(path);
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      if (flushed) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
