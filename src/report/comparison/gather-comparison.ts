/**
 * Everything that a comparison is made of, from the record and the artifacts: which runs, in what order, the details of
 * the best, the images that they disagree on. Shows nothing itself.
 */
import { isJsonObject } from '../../core/json.js';
import { failed, ok, type Result } from '../../core/problem.js';
import type { RunSelection } from '../../tracking/run-selection.js';
import type { SweepRow } from '../../tracking/sweep-list.js';
import type { Tracking } from '../../tracking/tracking.js';
import type { WholeRun } from '../../tracking/whole-runs.js';
import { comparedRun, comparedTrialWithoutRun } from './compare-runs.js';
import type { ComparedRun, ComparedSweep, Comparison } from './compared-run.js';
import { DetailsReader, type JudgedImages, type OpenArtifact } from './gather-details.js';
import { chooseObjective, inOrderOf, sharedObjectives, type AskedObjective } from './objective.js';
import { nameAlike } from './same-images.js';
import { readShownImages } from './shown-images.js';
import { spaceDomains } from './statistics/space-domains.js';

export interface ComparisonSources {
  readonly tracking: Tracking;
  readonly openArtifact: OpenArtifact;
  /** The link to a run's own report, from where the comparison will stand; undefined where it has none. */
  readonly reportOf: (run: string) => string | undefined;
}

export interface ComparisonRequest extends RunSelection {
  /** Instead of the name of the sweep or of the experiments. */
  readonly title?: string | undefined;
  /** What runs are ordered by. */
  readonly by?: AskedObjective | undefined;
  /** Of how many of the best the artifacts are read; 20 unless said. Runs named in `runs` have theirs read, too, unless it is 0. */
  readonly detailed?: number | undefined;
  /** Whether images are read, beside their labels; true unless said. */
  readonly pixels?: boolean | undefined;
  /** How many runs there are to be, and to have the metric that they are ordered by; 2 unless said. */
  readonly least?: number | undefined;
}

/**
 * Problems: as `Tracking.wholeRuns` tells, `too-few-runs`, `no-common-metric`. Takes well under a second for a thousand
 * runs of fifty epochs, artifacts aside.
 */
export async function gatherComparison(
  sources: ComparisonSources,
  request: ComparisonRequest,
): Promise<Result<Comparison>> {
  const { tracking } = sources;
  const { least = 2 } = request;
  const whole = await tracking.wholeRuns(request);
  if (!whole.ok) return whole;
  if (whole.value.length < least) return failed(tooFew(whole.value.length, least, request));
  const sweep = await readSweep(tracking, whole.value, request);
  if (!sweep.ok) return sweep;
  const sweeps = await sweepsOf(tracking, whole.value, sweep.value);
  if (!sweeps.ok) return sweeps;
  const unordered = await compare(sources, whole.value, sweep.value, sweeps.value, request);
  if (!unordered.ok) return unordered;
  const objectives = sharedObjectives(sweep.value === undefined ? sweeps.value : [sweep.value]);
  const objective = chooseObjective(unordered.value, request.by, objectives, least);
  if (!objective.ok) return objective;
  const ordered = inOrderOf(unordered.value, objective.value);
  const named = await namedRuns(tracking, whole.value, request);
  if (!named.ok) return named;
  const { detailed = 20 } = request;
  const source = (run: ComparedRun, rank: number): WholeRun | undefined =>
    detailed > 0 && (rank < detailed || named.value.has(run.id))
      ? whole.value.find(({ id }) => id === run.id)
      : undefined;
  const { runs, judged } = await addDetails(ordered, source, sources.openArtifact);
  const compared = sweep.value === undefined ? ok(undefined) : await comparedSweep(tracking, sweep.value);
  if (!compared.ok) return compared;
  return ok({
    title: request.title ?? titleOf(runs, sweep.value),
    objective: objective.value,
    runs,
    sweep: compared.value,
    images: await readShownImages(runs, judged, request.pixels === false ? closed : sources.openArtifact),
    made: Date.now(),
  });
}

const closed: OpenArtifact = () => Promise.resolve(undefined);

function tooFew(count: number, least: number, { runs, sweep, where }: ComparisonRequest) {
  const isTwice = sweep === undefined && where === undefined && (runs ?? []).length > count;
  const where_ = sweep !== undefined ? ` of sweep ${sweep}` : where !== undefined ? ' by --where' : '';
  return {
    code: 'too-few-runs',
    message: `expected at least ${least === 1 ? 'one run' : `${least} runs`}${where_}, got ${count}`,
    fix: isTwice
      ? 'name another: a run that is named twice counts once'
      : 'see `npx assay runs` and `npx assay status` for what there is',
  };
}

/** The sweep that was asked for, or that all runs belong to. */
async function readSweep(
  tracking: Tracking,
  runs: readonly WholeRun[],
  { sweep: asked }: ComparisonRequest,
): Promise<Result<SweepRow | undefined>> {
  const names = new Set(runs.map(({ trial }) => trial?.sweep));
  const name = asked ?? (names.size === 1 ? [...names][0] : undefined);
  if (name === undefined) return ok(undefined);
  return tracking.sweepProgress(name);
}

async function compare(
  { tracking, reportOf }: ComparisonSources,
  runs: readonly WholeRun[],
  sweep: SweepRow | undefined,
  sweeps: readonly SweepRow[],
  request: ComparisonRequest,
): Promise<Result<readonly ComparedRun[]>> {
  const curves = await tracking.epochCurves(runs.map(({ number }) => number));
  if (!curves.ok) return curves;
  const schedulers = new Map(sweeps.map(({ name, scheduler }) => [name, scheduler]));
  const compared = runs.map((run) => {
    const one = comparedRun(run, {
      curves: curves.value.get(run.number) ?? [],
      report: reportOf(run.id),
      scheduler: schedulers.get(run.trial?.sweep ?? '') ?? '',
    });
    return asTrial(one, sweeps.length > 1);
  });
  if (sweep === undefined || request.sweep === undefined || request.where !== undefined) return ok(compared);
  const failedEarly = await tracking.trialsWithoutRun(sweep.name);
  if (!failedEarly.ok) return failedEarly;
  const early = failedEarly.value.map((trial) => comparedTrialWithoutRun(trial, sweep));
  return ok([...compared, ...early.map((run) => asTrial(run, sweeps.length > 1))]);
}

/** All sweeps that any of the runs belongs to, and the one that was asked for. */
async function sweepsOf(
  tracking: Tracking,
  runs: readonly WholeRun[],
  sweep: SweepRow | undefined,
): Promise<Result<readonly SweepRow[]>> {
  const names = new Set(runs.flatMap(({ trial }) => trial?.sweep ?? []));
  if (sweep !== undefined) names.add(sweep.name);
  if (names.size === 0) return ok([]);
  const sweeps = await tracking.sweeps();
  return sweeps.ok ? ok(sweeps.value.filter(({ name }) => names.has(name))) : sweeps;
}

/**
 * As its sweep sees it: a trial without a number to judge it by failed, though its run came to its end; one whose network can't
 * be built is infeasible, though its run failed.
 */
function asTrial(run: ComparedRun, amongSeveral: boolean): ComparedRun {
  const { trial, status } = run;
  if (trial === undefined) return run;
  return {
    ...run,
    status:
      trial.state === 'infeasible'
        ? 'infeasible'
        : status === 'done' && trial.state === 'failed'
          ? 'failed'
          : status,
    trial: amongSeveral ? { ...trial, amongSeveral } : trial,
  };
}

/** Those that were named one by one. */
async function namedRuns(
  tracking: Tracking,
  all: readonly WholeRun[],
  { runs, sweep, where }: ComparisonRequest,
): Promise<Result<ReadonlySet<string>>> {
  const idsOf = (some: readonly WholeRun[]): ReadonlySet<string> => new Set(some.map(({ id }) => id));
  if (runs === undefined || runs.length === 0) return ok(new Set());
  if (sweep === undefined && where === undefined) return ok(idsOf(all));
  const named = await tracking.wholeRuns({ runs });
  return named.ok ? ok(idsOf(named.value)) : named;
}

/** Reads artifacts one after another: each may be large. */
async function addDetails(
  ordered: readonly ComparedRun[],
  sourceOf: (run: ComparedRun, rank: number) => WholeRun | undefined,
  open: OpenArtifact,
): Promise<{ readonly runs: readonly ComparedRun[]; readonly judged: JudgedImages | undefined }> {
  const reader = new DetailsReader(open);
  const judged = new Map<string, JudgedImages>();
  const runs: ComparedRun[] = [];
  for (const [rank, run] of ordered.entries()) {
    const source = sourceOf(run, rank);
    const gathered = source && (await reader.read(source));
    if (gathered?.judged !== undefined && !judged.has(gathered.judged.data))
      judged.set(gathered.judged.data, gathered.judged);
    const details = gathered?.details;
    const nothing = details?.model === undefined && details?.evaluation === undefined;
    runs.push(nothing ? run : { ...run, details });
  }
  const alike = await nameAlike({ runs, judged: [...judged.values()] }, open);
  // The first is that of the best.
  return { runs: alike.runs, judged: alike.judged[0] };
}

async function comparedSweep(tracking: Tracking, sweep: SweepRow): Promise<Result<ComparedSweep>> {
  const spans = await tracking.spans(sweep.name);
  if (!spans.ok) return spans;
  const { name, objectives, sampler, scheduler, status, seconds, settings } = sweep;
  const domains = spaceDomains(isJsonObject(settings) ? settings['space'] : undefined);
  return ok({ name, objectives, sampler, scheduler, status, seconds, domains, spans: spans.value });
}

function titleOf(runs: readonly ComparedRun[], sweep: SweepRow | undefined): string {
  if (sweep !== undefined) return sweep.name;
  const experiments = [...new Set(runs.map(({ experiment }) => experiment))];
  if (experiments.length <= 3) return experiments.join(', ');
  return `${experiments.slice(0, 2).join(', ')} and ${experiments.length - 2} other experiments`;
}
