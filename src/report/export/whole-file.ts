/** A file that is written bit by bit and there as a whole or not at all, as `core/atomic-write.ts` does for one piece. */
import { makeFileAtomic, writeAll } from '../../core/atomic-write.js';

/** How much is gathered before it goes to the disk. */
const chunkBytes = 1 << 18;

/** Calls `fill` with what takes the file's parts; afterwards the file is there. Throws as `fs` and `fill` do. */
export function writeWhole(path: string, fill: (write: (part: string | Uint8Array) => void) => void): void {
  makeFileAtomic(path, (file) => {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    const flush = (): void => {
      writeAll(file, Buffer.concat(parts.splice(0)));
      bytes = 0;
    };
    fill((part) => {
      const chunk = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes >= chunkBytes) flush();
    });
    flush();
  });
}
