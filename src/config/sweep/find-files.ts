/** Files by a pattern such as `networks/*.yaml`: `*` and `?` within a name, `**` for any folders. Follows no links to folders. */
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** A folder of a user's may hold anything (a home, a data set). */
const mostFiles = 10_000;

/**
 * Paths relative to `from`, with forward slashes, in the form of the pattern (`../networks/a.yaml`), sorted. Files and
 * folders that begin with a dot are found only by a pattern that says the dot. `inside` says which absolute folders may be looked into.
 */
export function findFiles(pattern: string, from: string, inside: (folder: string) => boolean): string[] {
  const found: string[] = [];
  let seen = 0;
  const visit = (folder: string, shown: readonly string[], [part, ...rest]: readonly string[]): void => {
    if (part === undefined || seen > mostFiles || !inside(folder)) return;
    if (part === '..' || part === '.') {
      visit(join(folder, part), part === '.' ? shown : [...shown, part], rest);
      return;
    }
    if (part === '**') visit(folder, shown, rest);
    for (const entry of entriesOf(folder)) {
      seen += 1;
      if (part === '**') {
        if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
          visit(join(folder, entry.name), [...shown, entry.name], ['**', ...rest]);
      } else if (matches(part, entry.name)) {
        if (rest.length > 0) {
          if (entry.isDirectory()) visit(join(folder, entry.name), [...shown, entry.name], rest);
        } else if (!entry.isDirectory()) found.push([...shown, entry.name].join('/'));
      }
    }
  };
  visit(
    from,
    [],
    pattern.split('/').filter((part) => part !== ''),
  );
  return [...new Set(found)].sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(name);
}
