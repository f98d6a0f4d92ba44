/**
 * Files of `runs/` for the browser: finds one by the parts of its path and proves that it lies there. Hands out the kinds of
 * file that reports and exports are; the record itself, hidden files and whatever a link leads out to do not exist here.
 */
import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** What is shown, and what is handed over to be kept. */
const shownTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.md': 'text/plain; charset=utf-8',
  '.csv': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};
const keptTypes: Readonly<Record<string, string>> = {
  '.ipynb': 'application/x-ipynb+json',
  '.parquet': 'application/vnd.apache.parquet',
  '.onnx': 'application/octet-stream',
};

export interface RunFile {
  /** To be closed by whoever gets it. */
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly type: string;
  /** Whether the browser should save it. */
  readonly kept: boolean;
  /** Another one when the file is another one. */
  readonly tag: string;
}

const deepest = 8;

/** A name that is nothing but a name, on any system: no path, drive, stream, device's dot or hidden file. */
export function isPlainName(part: string): boolean {
  // eslint-disable-next-line no-control-regex
  return part !== '' && part.length <= 255 && !/^\.|[/\\:*?"<>|\u0000-\u001f\u007f]|[. ]$/.test(part);
}

function typeOf(name: string): { type: string; kept: boolean } | undefined {
  const extension = extname(name).toLowerCase();
  if (Object.hasOwn(shownTypes, extension)) return { type: shownTypes[extension]!, kept: false };
  if (Object.hasOwn(keptTypes, extension)) return { type: keptTypes[extension]!, kept: true };
  return undefined;
}

/** Opens the file that `parts` name below `folder` (absolute), undefined when there is none that may be read. */
export async function openRunFile(folder: string, parts: readonly string[]): Promise<RunFile | undefined> {
  const type = typeOf(parts.at(-1) ?? '');
  if (type === undefined || parts.length > deepest || !parts.every(isPlainName)) return undefined;
  const path = join(folder, ...parts);
  let handle: FileHandle | undefined;
  try {
    // A pipe in a file's place would keep whoever opens it waiting.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const [facts, root, real] = [
      await handle.stat({ bigint: true }),
      await realpath(folder),
      await realpath(path),
    ];
    // A folder on the way may be a link, and may have been swapped since: it must be the file opened that lies inside.
    const inside = real.startsWith(root.endsWith(sep) ? root : root + sep);
    const now = await stat(real, { bigint: true });
    if (facts.isFile() && inside && now.ino === facts.ino && now.dev === facts.dev) {
      const tag = `"${facts.ino.toString(36)}-${facts.size.toString(36)}-${facts.mtimeNs.toString(36)}"`;
      return { handle, bytes: Number(facts.size), tag, ...type };
    }
  } catch {
    // Not there, not readable, or being replaced at this moment: for the browser it is all the same.
  }
  await handle?.close();
  return undefined;
}
