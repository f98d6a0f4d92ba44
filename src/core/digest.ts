/** SHA-256 of texts, bytes and files, as lower-case hex. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Up to this size a file is read at once: a stream takes longer to open than to read so little. */
const smallBytes = 1 << 18;

/** The digest of a file's bytes, read in parts where it is large. Rejects as `fs` does when it can't be read. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  if (statSync(path).size <= smallBytes) return hash.update(readFileSync(path)).digest('hex');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
