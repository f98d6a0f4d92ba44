/** Runs that did not come to their end, with their reasons; alike ones together. */
import { formatCount } from '../../core/format-units.js';
import type { ComparedRun, ComparedStatus } from './compared-run.js';
import { runName } from './statistics/objective-value.js';

export interface StoppedRuns {
  readonly sentence: string;
  readonly groups: readonly {
    readonly status: ComparedStatus;
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
    const key = `${run.status}|${(run.reason ?? '').replace(numbers, '#')}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const sorted = [...groups.values()].sort(
    (a, b) => order(a[0]!.status) - order(b[0]!.status) || b.length - a.length,
  );
  const counts = new Map<ComparedStatus, number>();
  for (const { status } of stopped) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([status, count]) => `${formatCount(count)} ${said[status][count === 1 ? 0 : 1]}`);
  return {
    sentence: `Of ${formatCount(runs.length)} runs ${words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}` : words[0]!}.`,
    groups: sorted.slice(0, mostGroups).map((group) => {
      const [first] = group;
      const names = group
        .map(runName)
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .slice(0, mostNames)
        .join(', ');
      return {
        status: first!.status,
        reason: commonReason(group.map(({ reason }) => reason ?? 'no reason was recorded')),
        count: group.length,
        names: group.length > mostNames ? `${names} and ${group.length - mostNames} more` : names,
      };
    }),
    left: Math.max(0, sorted.length - mostGroups),
  };
}

const numbers = /\d+(?:\.\d+)?/g;

/** Reasons that are alike but for their numbers, as one: `at epoch 3 to 19`. */
function commonReason(reasons: readonly string[]): string {
  const of = reasons.map((reason) => reason.match(numbers) ?? []);
  let place = 0;
  return reasons[0]!.replace(numbers, () => {
    const all = of.map((found) => found[place]!).sort((a, b) => Number(a) - Number(b));
    place++;
    return all[0] === all.at(-1) ? all[0]! : `${all[0]!} to ${all.at(-1)!}`;
  });
}

/** Of one, of several. */
const said: Readonly<Record<ComparedStatus, readonly [string, string]>> = {
  failed: ['failed', 'failed'],
  infeasible: ['was infeasible', 'were infeasible'],
  interrupted: ['was interrupted', 'were interrupted'],
  pruned: ['was pruned', 'were pruned'],
  paused: ['is paused', 'are paused'],
  running: ['is running', 'are running'],
  done: ['is done', 'are done'],
};

function order(status: ComparedStatus): number {
  return Object.keys(said).indexOf(status);
}
