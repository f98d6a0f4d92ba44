/** "did you mean" for a file that is not there: one beside it, else one of nearly that name in another folder of the project. */
import { readdirSync, type Dirent } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { nearest } from '../core/suggest.js';

interface MissingFile {
  /** As written. */
  readonly path: string;
  /** Absolute folder that `path` is relative to. */
  readonly from: string;
  /** Of the project, absolute. */
  readonly root: string;
  /** Absolute path of the file that asks for it. */
  readonly asking: string | undefined;
}

/** @param real where it would lie, absolute. */
export function suggestFile(missing: MissingFile, real: string): string | undefined {
  return neighbour(missing, real) ?? namesake(missing, real);
}

function neighbour({ path, asking }: MissingFile, real: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(dirname(real)).slice(0, 1000);
  } catch {
    return undefined;
  }
  const stem = (name: string): string => name.replace(/\.ya?ml$/, '');
  const others = names.filter((name) => join(dirname(real), name) !== asking);
  const wanted = nearest(stem(basename(real)), others.map(stem));
  const near = others.find((name) => stem(name) === wanted);
  return near === undefined
    ? undefined
    : `did you mean "${path.slice(0, path.length - basename(path).length)}${near}"?`;
}

/** A file of nearly that name in another folder of the project. */
function namesake({ from, root, asking }: MissingFile, real: string): string | undefined {
  const stem = (file: string): string => basename(file).replace(/\.\w+$/, '');
  const ending =
    extname(real) === '' || isYaml(real) ? isYaml : (file: string) => extname(file) === extname(real);
  const files = filesBelow(root, 0, { left: mostLookedAt }).filter((file) => ending(file) && file !== asking);
  const wanted = nearest(stem(real), files.map(stem));
  const near = files.find((file) => stem(file) === wanted);
  return near === undefined ? undefined : `did you mean "${relative(from, near).replaceAll('\\', '/')}"?`;
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
const mostLookedAt = 2000;
const deepestFolder = 4;

/** Hidden folders, installed packages and what Assay itself writes are passed over. */
function filesBelow(folder: string, depth: number, budget: { left: number }): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const { name } = entry;
      if (budget.left <= 0 || name.startsWith('.') || (depth === 0 && passedOver.has(name))) return [];
      budget.left -= 1;
      if (entry.isFile()) return [join(folder, name)];
      return entry.isDirectory() && depth < deepestFolder
        ? filesBelow(join(folder, name), depth + 1, budget)
        : [];
    });
}

const passedOver: ReadonlySet<string> = new Set(['node_modules', 'runs', 'dist']);
