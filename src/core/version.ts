/** Assay's own version, from its package.json. */
import { readFileSync } from 'node:fs';

let version: string | undefined;

export function assayVersion(): string {
  return (version ??= readVersion());
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
