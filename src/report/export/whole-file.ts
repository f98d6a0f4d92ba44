/** A file that is written bit by bit and there as a whole or not at all, as `core/atomic-write.ts` does for one piece. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryNameFor } from '../../core/atomic-write.js';
import { makeFolder } from '../../core/make-folder.js';

/** How much is gathered before it goes to the disk. */
const chunkBytes = 1 << 18;

/** Calls `fill` with what takes the file's parts; afterwards the file is there. Throws as `fs` and `fill` do. */
export function writeWhole(path: string, fill: (write: (part: string | Uint8Array) => void) => void): void {
  makeFolder(dirname(path));
  const temporary = temporaryNameFor(path);
  try {
    const file = openSync(temporary, 'wx');
    try {
      const parts: Uint8Array[] = [];
      let bytes = 0;
      const flush = (): void => {
        const chunk = Buffer.concat(parts.splice(0));
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
        bytes = 0;
      };
      fill((part) => {
        const chunk = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
        parts.push(chunk);
        bytes += chunk.length;
        if (bytes >= chunkBytes) flush();
      });
      flush();
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
