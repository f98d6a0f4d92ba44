/**
 * Brings one address's bytes into a `PartialFile`, going on where a broken transfer stopped: a Range request with
 * If-Range, so that a server whose file has changed sends it whole. Retries with growing waits. Whether the bytes are
 * the right ones is judged by the caller.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import type { DownloadLimits } from './download-limits.js';
import { bodyOf, openTransfer, TransferError } from './http-transfer.js';
import type { PartialFile } from './partial-file.js';

export interface DownloadRequest {
  readonly url: string;
  readonly part: PartialFile;
  /** Most bytes that the file can have; a server that sends or promises more is given up. */
  readonly maxBytes: number;
  readonly limits: DownloadLimits;
  readonly signal: AbortSignal;
  /** `total` is absent when the server doesn't say. */
  readonly onBytes: (done: number, total: number | undefined) => void;
}

/**
 * Resolves when the server says that the part is whole; `resumed` tells whether bytes of an earlier transfer are in it.
 * @throws {TransferError} when the address is given up; as `fs` does; the signal's reason when aborted.
 */
export async function download(request: DownloadRequest): Promise<{ resumed: boolean }> {
  const { part, limits, signal } = request;
  let wait = limits.backoffMilliseconds;
  for (let attempt = 1; ;) {
    const before = part.size;
    try {
      return await transferOnce(request);
    } catch (error) {
      if (!(error instanceof TransferError) || !error.worthRetrying) throw error;
      if (part.size - before >= limits.fruitfulBytes) {
        attempt = 1;
        wait = limits.backoffMilliseconds;
      } else if (attempt++ === limits.attempts) {
        const times = limits.attempts === 1 ? '' : `, ${limits.attempts} times in a row`;
        throw new TransferError(error.message + times, false);
      }
    }
    await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    wait *= 2;
  }
}

async function transferOnce({
  url,
  part,
  maxBytes,
  limits,
  signal,
  onBytes,
}: DownloadRequest): Promise<{ resumed: boolean }> {
  const { origin } = part;
  const validator = origin?.url === url ? origin.validator : undefined;
  const have = validator === undefined ? 0 : part.size;
  const range: Record<string, string> =
    have > 0 && validator !== undefined ? { range: `bytes=${have}-`, 'if-range': validator } : {};
  const response = await openTransfer(url, range, limits, signal);
  let total: number | undefined;
  try {
    total = acceptAnswer(response, have, url, part, maxBytes);
  } catch (error) {
    response.destroy();
    throw error;
  }
  const resumed = response.statusCode === 206;
  let done = resumed ? have : 0;
  const file = await part.append();
  try {
    for await (const chunk of bodyOf(response, limits, signal)) {
      done += chunk.length;
      if (done > maxBytes) throw new TransferError(`sends more than ${maxBytes} bytes`, false);
      await file.appendFile(chunk);
      onBytes(done, total);
    }
  } finally {
    await file.close();
  }
  // Node itself reports a body shorter than Content-Length; this is for a range that ends before the file does.
  if (total !== undefined && done < total)
    throw new TransferError(`broke off after ${done} of ${total} bytes`, true);
  return { resumed };
}

/** Checks an answer's head and readies the part for its body; the whole file's length, when it is told. */
function acceptAnswer(
  response: IncomingMessage,
  have: number,
  url: string,
  part: PartialFile,
  maxBytes: number,
): number | undefined {
  const { statusCode = 0, statusMessage = '', headers } = response;
  const startAgain = (message: string): never => {
    part.restart({ url });
    throw new TransferError(message, true);
  };
  let total: number | undefined;
  if (statusCode === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    if (have === 0 || range === null || Number(range[1]) !== have)
      return startAgain('answered with a range that nobody asked for');
    total = range[2] === '*' ? undefined : Number(range[2]);
  } else if (statusCode === 200) {
    total = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  } else if (statusCode === 416 && have > 0) {
    return startAgain('has no more bytes than were there already');
  } else {
    const overloaded = statusCode === 408 || statusCode === 429 || statusCode >= 500;
    throw new TransferError(`answered ${`${statusCode} ${statusMessage}`.trim()}`, overloaded);
  }
  if (total !== undefined && total > maxBytes) {
    throw new TransferError(`says its file has ${total} bytes, more than the ${maxBytes} it can have`, false);
  }
  if (statusCode === 200) part.restart({ url, validator: validatorOf(headers) });
  return total;
}

/** If-Range takes strong validators only (RFC 9110, 13.1.5). */
function validatorOf(headers: IncomingMessage['headers']): string | undefined {
  const etag = headers.etag;
  return etag?.startsWith('"') === true ? etag : headers['last-modified'];
}
