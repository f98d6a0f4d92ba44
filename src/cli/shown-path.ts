/** Paths as people read them on the terminal, and as a shell takes them from here. */
import { relative } from 'node:path';
import { isInside } from '../core/inside-folder.js';

/** From here where it lies below, `.` for this folder itself, else whole. @param path absolute */
export function shownPath(path: string): string {
  const here = process.cwd();
  return isInside(path, here) ? relative(here, path) || '.' : path;
}
