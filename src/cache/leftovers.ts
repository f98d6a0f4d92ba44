/**
 * What dead processes left in the cache: workspaces, folders on their way out, temporary files. Their names tell whose
 * they are (`…-PID-RANDOM`), so this needs no lock and disturbs nobody who lives.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryPrefix } from '../core/atomic-write.js';
import type { CacheLayout } from './cache-layout.js';
import { namesIn } from './entry-file.js';

const ownedName = /-(\d+)-[0-9a-f]+$/;

/** Whether the process that the name tells of lives. False for a name that tells of none. */
export function isOfLivingProcess(name: string): boolean {
  const pid = ownedName.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

/** Removes them; how many. */
export function sweepLeftovers(layout: CacheLayout): number {
  let count = 0;
  const sweep = (folder: string, prefix: string): void => {
    for (const name of namesIn(folder)) {
      if (!name.startsWith(prefix) || !ownedName.test(name) || isOfLivingProcess(name)) continue;
      rmSync(join(folder, name), { recursive: true, force: true });
      count++;
    }
  };
  sweep(layout.work, '');
  sweep(layout.latest, temporaryPrefix);
  sweep(join(layout.root, 'stages'), temporaryPrefix);
  for (const folder of [layout.entries, layout.stamps]) {
    for (const group of namesIn(folder)) sweep(join(folder, group), temporaryPrefix);
  }
  return count;
}
