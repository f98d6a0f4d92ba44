/** Assay's own version, from its package.json. */
import { readFileSync } from 'node:fs';

export function assayVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
