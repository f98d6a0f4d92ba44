/** Where the project begins, and which paths lie in it. Files' contents are `read-source.ts`'s. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside, realPath } from '../core/inside-folder.js';

/** The folder of Assay itself, whose presets every project may use. The same from `src/` and from `dist/`. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

const marks = ['package.json', 'pipelines', '.git'];

/**
 * The nearest folder from `from` upwards that holds a package.json, a folder `pipelines` or a `.git`; without any,
 * `from` itself. Absolute, links resolved.
 */
export function findProjectRoot(from: string): string {
  const start = realPath(from);
  for (let folder = start; ; folder = dirname(folder)) {
    if (marks.some((mark) => existsSync(join(folder, mark)))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/** As messages show it: relative to the root, with forward slashes; what is outside stays absolute. */
export function shownPath(path: string, root: string): string {
  if (isInside(path, root)) return relative(root, path).replaceAll('\\', '/') || '.';
  return isInside(path, packageRoot)
    ? join('assay', relative(packageRoot, path)).replaceAll('\\', '/')
    : path;
}
