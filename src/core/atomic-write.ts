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
 * Makes the file at `path` by `fill`, which gets it open for writing; its folder is made when missing. Throws as `fs` and
 * `fill` do; nothing half-written stays.
 * @param flushed whether it is to outlast a power cut, too, which costs a millisecond or more.
 */
export function makeFileAtomic(path: string, fill: (file: number) => void, flushed = true): void {
  makeFolder(dirname(path));
  const temporary = temporaryNameFor(path);
  try {
    const file = openSync(temporary, 'wx');
    try {
      fill(file);
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

/** All of `bytes`, however few the system takes at a time. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** Writes `data` to `path`, as `makeFileAtomic` does. */
export function writeFileAtomic(path: string, data: string | Uint8Array, flushed = true): void {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  makeFileAtomic(path, (file) => writeAll(file, bytes), flushed);
}
