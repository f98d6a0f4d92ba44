/** From runs as they are recorded to runs as they are compared. Pure; reads neither record nor cache. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js';
import { setArguments } from '../../core/set-arguments.js';
import { shellQuote } from '../../core/shell-quote.js';
import type { WholeCurve } from '../../tracking/curves.js';
import { flattenSettings } from '../../tracking/flatten-settings.js';
import type { TrialWithoutRun, WholeRun, WholeTrial } from '../../tracking/whole-runs.js';
import type { ComparedRun, ComparedTrial, Curve } from './compared-run.js';

/** What a run has beside what stands in the record's row of it. */
export interface RunSurroundings {
  readonly curves: readonly WholeCurve[];
  readonly report: string | undefined;
  /** Of its sweep; empty outside of one. */
  readonly scheduler: string;
}

export function comparedRun(run: WholeRun, { curves, report, scheduler }: RunSurroundings): ComparedRun {
  const { id, experiment, file, status, seed, engine, started, seconds, metrics, config, trial } = run;
  return {
    ...{ id, experiment, file, status, seed, engine, started, seconds, metrics, config },
    trainSeconds: secondsOf(run, 'train'),
    evaluateSeconds: secondsOf(run, 'evaluate'),
    settings: settingsOf(config),
    curves: comparedCurves(curves),
    trial: trial && comparedTrial(trial),
    report,
    reason: reasonOf(run, scheduler),
    command: run.command ?? commandOf(file, trial?.assignments ?? {}),
    details: undefined,
  };
}

/** Of a trial that failed, or turned out infeasible, before it was a run: what is known of it is what it would have set. */
export function comparedTrialWithoutRun(
  trial: TrialWithoutRun,
  { experiment, file, seed }: Pick<ComparedRun, 'experiment' | 'file' | 'seed'>,
): ComparedRun {
  return {
    ...{ id: trial.run, experiment, file, seed, engine: '', metrics: {}, curves: [] },
    status: trial.state === 'infeasible' ? 'infeasible' : 'failed',
    withoutRun: true,
    started: trial.started ?? trial.proposed,
    seconds: trial.seconds,
    trainSeconds: null,
    evaluateSeconds: null,
    settings: Object.fromEntries(
      Object.entries(trial.assignments).flatMap(([path, value]) => leaves(value, path)),
    ),
    config: {},
    trial: comparedTrial(trial),
    report: undefined,
    reason: trial.problem?.message,
    command: commandOf(file, trial.assignments),
    details: undefined,
  };
}

function comparedTrial({ sweep, number, state, labels, assignments, values }: WholeTrial): ComparedTrial {
  return { sweep, number, state, labels, assignments, values };
}

/** A run of a single stage has its key alone; where two stages tell the same, the later ones say which they are. */
function comparedCurves(curves: readonly WholeCurve[]): Curve[] {
  const seen = new Set<string>();
  return curves.map(({ stage, key: own, steps, epochs, elapsed, values }) => {
    const key = seen.has(own) ? `${stage}.${own}` : own;
    seen.add(key);
    const seconds = elapsed.map((time) => (time === null ? null : time / 1000));
    return { key, steps, epochs, seconds, values };
  });
}

function secondsOf({ stages }: WholeRun, kind: string): number | null {
  const ran = stages.filter((stage) => stage.kind === kind && stage.status === 'ran');
  return ran.length === 0 ? null : ran.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}

function settingsOf(config: JsonObject): Record<string, Json> {
  return Object.fromEntries(
    flattenSettings(config).map(({ path, kind, value }) => [path, kind === 'boolean' ? value === 1 : value]),
  );
}

function leaves(value: Json, path: string): [string, Json][] {
  if (!isJsonObject(value) && !Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member as Json, `${path}.${key}`));
}

function reasonOf({ status, trial, error }: WholeRun, scheduler: string): string | undefined {
  // A trial fails, too, whose run came to its end without a number to judge it by.
  if (status === 'failed' || trial?.state === 'failed') return trial?.problem?.message ?? error;
  if (status !== 'pruned' && status !== 'paused') return undefined;
  const by = scheduler === '' ? 'its scheduler' : scheduler;
  const after = trial === undefined ? '' : ` after epoch ${trial.epochs}`;
  return `${status === 'pruned' ? 'stopped' : 'paused'} by ${by}${after}`;
}

/** Of a record that does not hold the command itself. */
function commandOf(file: string, assignments: JsonObject): string {
  const set = setArguments(assignments, file).flatMap((pair) => ['--set', pair]);
  return shellQuote(['npx', 'assay', 'run', file, ...set]);
}
