/**
 * One HTTP request with its redirects, and its body chunk by chunk, each step within a time limit. Node's own client is
 * used as it is: no decompression, no cache. What to ask for and where bytes go is `resumable-download.ts`'s business.
 */
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import type { DownloadLimits } from './download-limits.js';

/** Why a transfer failed, as half a sentence: `answered 404 Not Found`. */
export class TransferError extends Error {
  constructor(
    message: string,
    /** Whether the same address is worth another try: it answered, and broke off or was overloaded. */
    readonly worthRetrying: boolean,
  ) {
    super(message);
    this.name = 'TransferError';
  }
}

const redirections = new Set([301, 302, 303, 307, 308]);
/** The answer began, or the connection was cut under way; anything else means that there is nobody. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_CONSTANT']);

function failureOf(error: unknown): TransferError {
  if (error instanceof TransferError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // A connection tried on several addresses fails with an AggregateError, whose message is empty.
  const reason = message === '' ? (code ?? 'unknown error') : message;
  if (code !== undefined && brokenConnection.has(code))
    return new TransferError(`broke off (${reason})`, true);
  return new TransferError(`could not be reached (${reason})`, false);
}

function request(url: URL, headers: Record<string, string>, limits: DownloadLimits, signal: AbortSignal) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    // A connection of its own each time: one left over from a broken transfer must not be met again.
    const sent = get(url, { headers, signal, agent: false }, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(() => {
      sent.destroy(new TransferError(`gave no answer within ${limits.answerMilliseconds / 1000} s`, false));
    }, limits.answerMilliseconds);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(signal.aborted ? (signal.reason as Error) : failureOf(error));
    });
  });
}

function parseUrl(address: string, base?: URL): URL | undefined {
  return URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
}

/**
 * Sends a GET and follows redirects; the answer's status is left to the caller, its body unread.
 * @throws {TransferError} when nobody answers or redirects don't end; the signal's reason when it is aborted.
 */
export async function openTransfer(
  address: string,
  headers: Record<string, string>,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = parseUrl(address);
  for (let redirects = 0; ; redirects++) {
    if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
      throw new TransferError(
        redirects === 0 ? 'is no http or https address' : 'redirects to no http or https address',
        false,
      );
    }
    const response = await request(url, { 'accept-encoding': 'identity', ...headers }, limits, signal);
    const location = response.headers.location;
    if (!redirections.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    if (redirects === limits.redirects)
      throw new TransferError(`redirects more than ${limits.redirects} times`, false);
    url = parseUrl(location, url);
  }
}

/**
 * The body's chunks as they come.
 * @throws {TransferError} when it stalls, breaks off or is shorter than its head said; the signal's reason when aborted.
 */
export async function* bodyOf(
  response: IncomingMessage,
  limits: DownloadLimits,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const timer = setTimeout(() => {
    response.destroy(new TransferError(`stalled for ${limits.stallMilliseconds / 1000} s`, true));
  }, limits.stallMilliseconds);
  try {
    for await (const chunk of response) {
      timer.refresh();
      yield chunk as Buffer;
      timer.refresh();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : failureOf(error);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}
