/** Where the project begins, and which paths lie in it. Files' contents are `read-source.ts`'s. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Whether `path` is `root` or below it; both absolute. */
export function isInside(path: string, root: string): boolean {
  const from = relative(root, path);
  return from === '' || (from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from));
}

/** As messages show it: relative to the root, with forward slashes; what is outside stays absolute. */
export function shownPath(path: string, root: string): string {
  if (isInside(path, root)) return relative(root, path).replaceAll('\\', '/') || '.';
  return isInside(path, packageRoot)
    ? join('assay', relative(packageRoot, path)).replaceAll('\\', '/')
    : path;
}

/** The path with links resolved, of its longest part that is there. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  for (let head = absolute; ; head = dirname(head)) {
    try {
      return join(realpathSync(head), relative(head, absolute));
    } catch {
      if (dirname(head) === head) return absolute;
    }
  }
}
