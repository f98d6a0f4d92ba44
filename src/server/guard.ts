/**
 * What is refused before anything is looked up: whatever is no plain reading request, sent by a page of ours or by nobody's
 * page, to a name that this server listens on. Works on the request as it came, since URL parsers tidy paths up. Knows no
 * page.
 */
import type { IncomingMessage } from 'node:http';
import { isOwnHost } from './hosts.js';

export interface Refusal {
  readonly status: 400 | 403 | 405 | 413 | 414 | 417 | 421;
  readonly message: string;
}

/** In bytes; no address of ours is nearly as long. */
const longestTarget = 2048;

/** @param hosts what the Host header may say, in lower case, ports included. */
export function refuseRequest(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const { method = '', url = '' } = request;
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, message: 'this page is for reading: expected GET or HEAD' };
  if (url.length > longestTarget)
    return { status: 414, message: `expected an address of at most ${longestTarget} characters` };
  return (
    refuseHost(request, hosts) ?? refuseOrigin(request, hosts) ?? refuseBody(request) ?? refuseTarget(url)
  );
}

/** A page elsewhere whose name was made to point here (DNS rebinding) still sends its own name. */
function refuseHost(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const given = request.headersDistinct.host ?? [];
  const [host] = given;
  if (given.length === 1 && host !== undefined && isOwnHost(host, request, hosts)) return undefined;
  return { status: 421, message: `expected the Host header to be one of ${[...hosts].join(', ')}` };
}

/**
 * What a script of another origin asks for is refused, and so is being shown in a frame. Following a link from elsewhere
 * is allowed: it changes nothing here, and the page it comes from sees nothing.
 */
function refuseOrigin(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const { headers } = request;
  const { origin } = headers;
  if (origin !== undefined) {
    const own = origin.startsWith('http://') && isOwnHost(origin.slice('http://'.length), request, hosts);
    if (!own) return { status: 403, message: 'expected no request from a page of another origin' };
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isLink ? undefined : { status: 403, message: 'expected no request from a page of another site' };
}

function refuseBody({ headers }: IncomingMessage): Refusal | undefined {
  if (headers.expect !== undefined) return { status: 417, message: 'expected no Expect header' };
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  return hasBody ? { status: 413, message: 'expected a request without a body' } : undefined;
}

/** A path such as `/files/x/report.html`, each part decoded once; undefined for one that must not be looked up. */
export function pathParts(target: string): string[] | undefined {
  const path = /^[^?#]*/.exec(target)![0];
  if (!path.startsWith('/')) return undefined;
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function refuseTarget(url: string): Refusal | undefined {
  const parts = /^[\x21-\x7e]*$/.test(url) ? pathParts(url) : undefined;
  // eslint-disable-next-line no-control-regex
  const hasControls = (part: string): boolean => /[\u0000-\u001f\u007f]/.test(part);
  const isBad = (part: string): boolean => part === '.' || part === '..' || hasControls(part);
  if (parts !== undefined && !parts.some(isBad)) return undefined;
  return { status: 400, message: 'expected a plain path, without "..", control characters and half escapes' };
}
