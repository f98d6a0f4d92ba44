/** By which names this server may be asked: those of the addresses that it listens on. */
import { hostname, networkInterfaces } from 'node:os';

const everywhere = new Set(['0.0.0.0', '::', '']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What a Host header may say, in lower case. */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const own = isLoopback(host) ? ['127.0.0.1', 'localhost', '::1', host] : namesOf(host);
  const written = own.map((name) => (name.includes(':') ? `[${name}]` : name).toLowerCase());
  // Browsers leave out the port that http has without one.
  return new Set(written.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

function namesOf(host: string): string[] {
  if (!everywhere.has(host)) return [host];
  const addresses = Object.values(networkInterfaces()).flatMap(
    (all) => all?.map(({ address }) => address) ?? [],
  );
  return ['127.0.0.1', 'localhost', '::1', hostname(), ...addresses];
}
