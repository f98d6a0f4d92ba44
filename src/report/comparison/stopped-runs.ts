/** Runs that did not come to their end, with their reasons; alike ones together. */
import type { RunStatus } from '../../core/events.js';
import { formatCount } from '../../core/format-units.js';
import type { ComparedRun } from './compared-run.js';
import { runName } from './statistics/objective-value.js';

export interface StoppedRuns {
  readonly sentence: string;
  readonly groups: readonly {
    readonly status: RunStatus;
    readonly reason: string;
    readonly count: number;
    /** A few of them by name. */
    readonly names: string;
  }[];
  /** Groups that are not shown. */
  readonly left: number;
}

const mostGroups = 30;
const mostNames = 6;

export function stoppedRuns(runs: readonly ComparedRun[]): StoppedRuns | undefined {
  const stopped = runs.filter(({ status }) => status !== 'done');
  if (stopped.length === 0) return undefined;
  const groups = new Map<string, ComparedRun[]>();
  for (const run of stopped) {
    // "at epoch 3" and "at epoch 5" are one reason.
    const key = `${run.status}|${(run.reason ?? '').replace(/\d+(\.\d+)?/g, '#')}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const sorted = [...groups.values()].sort(
    (a, b) => order(a[0]!.status) - order(b[0]!.status) || b.length - a.length,
  );
  const counts = new Map<RunStatus, number>();
  for (const { status } of stopped) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([status, count]) => `${formatCount(count)} ${said[status]}`);
  return {
    sentence: `Of ${formatCount(runs.length)} runs ${words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}` : words[0]!}.`,
    groups: sorted.slice(0, mostGroups).map((group) => {
      const [first] = group;
      const names = group.slice(0, mostNames).map(runName).join(', ');
      return {
        status: first!.status,
        reason: first!.reason ?? 'no reason was recorded',
        count: group.length,
        names: group.length > mostNames ? `${names} and ${group.length - mostNames} more` : names,
      };
    }),
    left: Math.max(0, sorted.length - mostGroups),
  };
}

const said: Readonly<Record<RunStatus, string>> = {
  failed: 'failed',
  interrupted: 'were interrupted',
  pruned: 'were pruned',
  paused: 'are paused',
  running: 'are running',
  done: 'are done',
};

function order(status: RunStatus): number {
  return Object.keys(said).indexOf(status);
}
