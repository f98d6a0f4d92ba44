/** Lets other work on the machine go first. */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Of each thread of this process: on Linux priorities are threads' and inherited by those they start later.
 * @param by how much nicer, as `nice -n`; 19 is the nicest there is
 */
export function lowerPriority(by: number): void {
  try {
    const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
    const lowered = Math.min(19, getPriority() + by);
    for (const thread of threads) setPriority(thread, lowered);
  } catch {
    // A thread that ended meanwhile, or a system that does not let us: the machine is a little less usable.
  }
}
