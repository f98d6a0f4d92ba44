/**
 * What dead processes left in the cache: workspaces, folders on their way out, temporary files. Their names tell whose
 * they are (`…-PID-RANDOM`), so this needs no lock and disturbs nobody who lives.
 */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryPrefix } from '../core/atomic-write.js';
import type { CacheLayout } from './cache-layout.js';
import { namesIn } from './entry-file.js';

const ownedName = /-(\d+)-[0-9a-f]+$/;

/** Clock ticks a second in /proc, on every architecture that Node has a build for. */
const ticksPerSecond = 100;
/** The start of the machine is told in whole seconds. */
const clockMilliseconds = 2000;

/** State and start (milliseconds since 1970) of a process, where there is a /proc. */
function processFacts(pid: number): { readonly state: string; readonly started: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    if (boot === undefined) return undefined;
    return { state: fields[0]!, started: 1000 * (Number(boot) + Number(fields[19]) / ticksPerSecond) };
  } catch {
    return undefined;
  }
}

function madeAt(path: string): number | undefined {
  try {
    const { birthtimeMs, mtimeMs } = statSync(path);
    return Math.max(birthtimeMs, mtimeMs);
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that the path's name tells of lives. False for a name that tells of none; for one that has ended
 * and waits for its parent to notice; and for another one of that number, which began after the path was written last.
 */
export function isOfLivingProcess(path: string): boolean {
  const pid = Number(ownedName.exec(path)?.[1] ?? NaN);
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPERM') return false;
  }
  const facts = processFacts(pid);
  if (facts === undefined) return true;
  const made = madeAt(path);
  return facts.state !== 'Z' && (made === undefined || facts.started <= made + clockMilliseconds);
}

/** Removes them; how many. */
export function sweepLeftovers(layout: CacheLayout): number {
  let count = 0;
  const sweep = (folder: string, prefix: string): void => {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (!name.startsWith(prefix) || !ownedName.test(name) || isOfLivingProcess(path)) continue;
      rmSync(path, { recursive: true, force: true });
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
