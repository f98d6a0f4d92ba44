/** Puts a report where users look for it. */
import { constants, copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryNameFor, temporaryPrefix } from '../core/atomic-write.js';
import { makeFolder } from '../core/make-folder.js';

/**
 * Copies the report to `runs/<run>/report.html`, whole or not at all.
 * @param runFolder belongs to one process at a time, so half a copy found in it is a dead one's.
 */
export function publishReport(artifactFolder: string, runFolder: string): string {
  makeFolder(runFolder);
  for (const name of readdirSync(runFolder)) {
    if (name.startsWith(temporaryPrefix)) rmSync(join(runFolder, name), { force: true });
  }
  const target = join(runFolder, 'report.html');
  const temporary = temporaryNameFor(target);
  copyFileSync(join(artifactFolder, 'report.html'), temporary, constants.COPYFILE_FICLONE);
  renameSync(temporary, target);
  return target;
}
