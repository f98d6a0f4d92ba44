/** Tells whether a process that once wrote into the database is alive, also when its number was given to another. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** `<boot id> <pid namespace> <start in clock ticks since boot>`, or null where there is no /proc. */
  readonly process: string | null;
}

interface Surroundings {
  readonly boot: string;
  readonly namespace: string;
}
let known: Surroundings | undefined;

/** Where process numbers mean what they mean here: this boot of this machine, this container. */
function surroundings(): Surroundings | undefined {
  try {
    return (known ??= {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: readlinkSync('/proc/self/ns/pid'),
    });
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat; the second field is a name in parentheses, which may itself hold blanks and parentheses. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** The identity of a living process, this one by default. */
export function processIdentity(pid: number = process.pid): ProcessIdentity {
  const around = surroundings();
  const start = startTicks(pid);
  const isKnown = around !== undefined && start !== undefined;
  return { host: hostname(), pid, process: isKnown ? `${around.boot} ${around.namespace} ${start}` : null };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of a process on another machine or in another container nothing can be known. */
export function processState(identity: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  if (identity.host !== hostname()) return 'unknown';
  const around = surroundings();
  if (identity.process === null || around === undefined) return exists(identity.pid) ? 'alive' : 'gone';
  const [boot, namespace, start] = identity.process.split(' ');
  if (boot !== around.boot) return 'gone';
  if (namespace !== around.namespace) return 'unknown';
  return startTicks(identity.pid) === start ? 'alive' : 'gone';
}

/** Whether the process is surely gone. */
export function isGone(identity: ProcessIdentity): boolean {
  return processState(identity) === 'gone';
}
