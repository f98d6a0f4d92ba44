/**
 * Whether a sweep can go on under its name: values measured under another objective, seed, scheduler or base experiment
 * say nothing about those to come. A changed space, sampler, number of trials or budget is no hindrance.
 */
import { differencesOf, type Difference } from '../core/differences.js';
import { isJsonObject, type Json } from '../core/json.js';
import { showValue, type Problem } from '../core/problem.js';
import type { RecordedSweep, SweepHeader } from '../core/sweep-events.js';

const mostShown = 5;

/**
 * The problem `sweep-changed`, naming what changed from what to what.
 * @param searched dotted paths that the space sets: the base experiment's own values there matter to nobody.
 */
export function sweepChanged(
  recorded: RecordedSweep,
  now: SweepHeader,
  searched: readonly string[],
): Problem | undefined {
  // Before the first number there is nothing to compare with.
  if (!recorded.trials.some(({ values, reports }) => values !== undefined || reports.length > 0))
    return undefined;
  const before = recorded.header;
  const differences = [
    ...differencesOf({ objective: before.objectives as never }, { objective: now.objectives as never }),
    ...differencesOf({ scheduler: part(before, 'scheduler') }, { scheduler: part(now, 'scheduler') }),
    ...differencesOf(part(before, 'experiment'), part(now, 'experiment'))
      .map((difference) => ({ ...difference, path: settingPath(difference.path) }))
      .filter(({ path }) => !searched.some((other) => within(path, other) || within(other, path))),
  ];
  if (differences.length === 0) return undefined;
  const shown = differences.slice(0, mostShown).map(show).join('; ');
  const more = differences.length > mostShown ? `; and ${differences.length - mostShown} more` : '';
  return {
    code: 'sweep-changed',
    message: `sweep "${now.name}" can't go on, because its values could not be compared: ${shown}${more}`,
    fix: `begin another one: --name ${now.name}-2, or set sweep.name`,
  };
}

function part({ settings }: SweepHeader, key: string): Json {
  return isJsonObject(settings) ? (settings[key] ?? null) : null;
}

/** `stages.train.with.epochs` is what people call `train.epochs`. */
function settingPath(path: string): string {
  return path.replace(/^stages\.([^.]+)\.with(?=\.|$)/, '$1');
}

function within(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

function show({ path, before, now }: Difference): string {
  return `"${path}" was ${showValue(before)}, now ${showValue(now)}`;
}
