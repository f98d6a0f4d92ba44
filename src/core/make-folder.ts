/** Making a folder so that, when it can't be made, the error says why. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and those above it; one that is there is fine. Throws as `fs` does. */
export function makeFolder(path: string): void {
  // Asked first because it mostly is there, and making it recursively takes long to find that out.
  if (existsSync(path) && statSync(path).isDirectory()) return;
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    // On a read-only file system Node's recursive form says ENOENT; made one by one, the true reason comes out.
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    if (dirname(path) !== path) makeFolder(dirname(path));
    if (!existsSync(path)) mkdirSync(path);
  }
}
