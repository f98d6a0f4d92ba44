/** Versions of installed packages, read from their package.json without loading them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** A package as it lies in node_modules, or nothing when it is not installed. */
export function installedPackage(
  name: string,
): { readonly version: string; readonly folder: string } | undefined {
  try {
    const manifest = resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return { version, folder: dirname(manifest) };
  } catch {
    return undefined;
  }
}

/** Versions of packages by name; nothing when one of them is missing. */
export function installedVersions(names: readonly string[]): Readonly<Record<string, string>> | undefined {
  const versions: Record<string, string> = {};
  for (const name of names) {
    const found = installedPackage(name);
    if (found === undefined) return undefined;
    versions[name] = found.version;
  }
  return versions;
}
