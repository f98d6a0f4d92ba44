/** Versions of installed packages, read from their package.json without loading them. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** A package as it lies in node_modules, or nothing when it is not installed. */
export function installedPackage(
  name: string,
): { readonly version: string; readonly folder: string } | undefined {
  // Not by resolving `name/package.json`: packages that list what may be imported leave it out (onnxruntime-web).
  const found = (resolve.paths(name) ?? [])
    .map((folder) => join(folder, name, 'package.json'))
    .find((path) => existsSync(path));
  if (found === undefined) return undefined;
  const manifest = realpathSync(found);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { version, folder: dirname(manifest) };
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
