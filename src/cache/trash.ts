/** Removing folders so that nobody ever sees half of one: renamed into the work folder first, then removed. */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../core/make-folder.js';
import type { CacheLayout } from './cache-layout.js';
import { isMissing } from './file-problem.js';

/** A path in the work folder that nobody else uses; its name says whose it is to somebody who looks. */
export function freshWorkPath(layout: CacheLayout, name: string): string {
  makeFolder(layout.work);
  return join(layout.work, `${name}-${process.pid}-${randomBytes(6).toString('hex')}`);
}

/** Removes a folder or file in one step as others see it. One that is not there is fine. */
export function throwAway(layout: CacheLayout, path: string): void {
  if (!existsSync(path)) return;
  const trash = freshWorkPath(layout, 'trash');
  try {
    renameSync(path, trash);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  rmSync(trash, { recursive: true, force: true });
}
