/**
 * What else the machine is doing: the share of processor time that is busy, stolen by the hypervisor, or used by others
 * while our own processes ran. From /proc, so on Linux alone; elsewhere undefined, and nothing is judged.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Above this share of all cores, others disturb what is measured. */
const disturbing = 0.05;

/** Jiffies of all cores since the machine started. */
export function parseStat(text) {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return { busy, steal, total: busy + idle + iowait + steal };
}

/** Jiffies of this process and of all that it has waited for. */
export function parseOwn(text) {
  // The second field is a name in parentheses, which may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

export function sample() {
  if (process.platform !== 'linux') return undefined;
  return {
    ...parseStat(readFileSync('/proc/stat', 'utf8')),
    own: parseOwn(readFileSync('/proc/self/stat', 'utf8')),
  };
}

const rounded = (share) => Number(Math.max(0, share).toFixed(3));

/** Shares of all cores' time between two samples: used by others, and stolen. Processes of ours must have ended by then. */
export function sharesBetween(before, after) {
  if (before === undefined || after === undefined) return undefined;
  const total = after.total - before.total;
  const others = after.busy - before.busy - (after.own - before.own);
  return { others: rounded(others / total), steal: rounded((after.steal - before.steal) / total) };
}

export const isDisturbed = (shares) => shares !== undefined && shares.others + shares.steal > disturbing;

/** Waits until the machine does nothing else for a second, at most that long; how it was in the last second. */
export async function waitUntilIdle(seconds) {
  const until = performance.now() + 1000 * seconds;
  for (;;) {
    const before = sample();
    await sleep(1000);
    const shares = sharesBetween(before, sample());
    if (!isDisturbed(shares) || performance.now() >= until)
      return { ...shares, load1: Number(loadavg()[0].toFixed(2)) };
  }
}
