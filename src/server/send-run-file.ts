/** Sends a file of `runs/`, a piece at a time as the browser takes them. Which files there are is `run-files.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { fileHeaders } from './headers.js';
import { openRunFile } from './run-files.js';

/** False, and nothing sent, where there is no such file. */
export async function sendRunFile(
  folder: string,
  parts: readonly string[],
  { incoming, outgoing }: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
): Promise<boolean> {
  const file = await openRunFile(folder, parts);
  if (file === undefined) return false;
  const { handle, bytes, type, kept, tag } = file;
  try {
    const same = incoming.headers['if-none-match'] === tag;
    outgoing.writeHead(same ? 304 : 200, {
      ...fileHeaders,
      ETag: tag,
      ...(same ? {} : { 'Content-Type': type, 'Content-Length': bytes }),
      ...(kept ? { 'Content-Disposition': 'attachment' } : {}),
    });
    if (same || incoming.method === 'HEAD' || bytes === 0) outgoing.end();
    // Not more than was promised, should somebody be writing to it.
    else await pipeline(handle.createReadStream({ start: 0, end: bytes - 1, autoClose: false }), outgoing);
  } catch {
    // The browser went away, or the disk did; there is nobody left to tell.
    outgoing.destroy();
  } finally {
    await handle.close();
  }
  return true;
}
