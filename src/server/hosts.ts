/** By which names this server may be asked: those of the addresses that it listens on. */
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';

/** Addresses that stand for all of this machine, with the one by which it reaches itself then. */
const everywhere: Readonly<Partial<Record<string, string>>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @param address as the system tells it, not a name. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

export function isEverywhere(address: string): boolean {
  return everywhere[address] !== undefined;
}

/** Where a browser on this machine finds it: nobody lives at `0.0.0.0`. */
export function ownUrl(host: string, address: string, port: number): string {
  return `http://${written(everywhere[address] ?? host)}:${port}/`;
}

/**
 * What a Host header may say, in lower case, beside the address that a connection was made to.
 * @param host as it was asked for, `address` what the system made of it.
 */
export function allowedHosts(host: string, address: string, port: number): ReadonlySet<string> {
  const own = isLoopback(address) || isEverywhere(address) ? ['127.0.0.1', 'localhost', '::1'] : [];
  const names = [...own, ...(isEverywhere(address) ? [hostname()] : [host, address])];
  return new Set(names.flatMap((name) => withPort(name, port)));
}

/** Whether a request names this server. What DNS was made to say does not matter: the name itself is compared. */
export function isOwnHost(given: string, { socket }: IncomingMessage, hosts: ReadonlySet<string>): boolean {
  const host = given.toLowerCase();
  if (hosts.has(host)) return true;
  const { localAddress, localPort } = socket;
  if (localAddress === undefined || localPort === undefined) return false;
  return withPort(localAddress.replace(/^::ffff:/, ''), localPort).includes(host);
}

function written(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}

/** Browsers leave out the port that http has without one. */
function withPort(name: string, port: number): string[] {
  const lower = written(name).toLowerCase();
  return port === 80 ? [lower, `${lower}:80`] : [`${lower}:${port}`];
}
