/** Whether a path lies in a folder, and where it truly leads. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Whether `path` is `root` or below it; both absolute. */
export function isInside(path: string, root: string): boolean {
  const from = relative(root, path);
  return from === '' || (from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from));
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
