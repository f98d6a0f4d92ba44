/** One sweep as its page follows it: progress, running trials and failures as HTML; all trials and their curves as data. */
import type { Database } from '../../tracking/database.js';
import type { LiveRecord } from '../../tracking/live/live-record.js';
import {
  CurveReader,
  readCurveKeys,
  readLiveTrials,
  readTrialMarks,
  sweepNumber,
  type LiveTrial,
} from '../../tracking/live/live-trials.js';
import { readProgress, type SweepProgress } from '../../tracking/sweep-progress.js';
import type { Objective } from '../../core/sweep-events.js';
import type { ToldCurve, ToldSweep, ToldTrial } from '../../report/live/told-sweep.js';
import type { ReportList } from '../report-list.js';
import { sweepView } from '../views/sweep-view.js';
import { runAddress, sweepAddress } from '../views/words.js';
import { chooseCurve } from './choose-curve.js';
import { Parts, type Look, type RenderPart, type Told, type Topic } from './topic.js';

/** Trials read at one look: a sweep of ten thousand is taken in over several, each with a short transaction. */
const mostAtOnce = 250;
/** Of so many trials curves are kept; of those beyond, the newest. */
const mostCurves = 2000;

/** Offered as other curves to be shown. */
const mostMetrics = 24;

interface KnownTrial {
  trial: LiveTrial;
  mark: string;
  step: number;
  readonly epochs: number[];
  readonly values: (number | null)[];
}

export class SweepTopic implements Topic {
  readonly #name: string;
  readonly #wanted: string | undefined;
  readonly #reports: ReportList;
  readonly #render: RenderPart;
  readonly #parts = new Parts();
  readonly #trials = new Map<number, KnownTrial>();
  #reader: CurveReader | undefined;
  #keys: readonly string[] = [];
  #metric: string | undefined;
  #objectives: readonly Objective[] = [];
  /** How many trials are recorded, those included that are still to be read. */
  #recorded = 0;
  /** It tells how long something has been running. */
  readonly stale = 10_000;
  unfinished = false;

  /** @param metric whose curves are shown; chosen by the objective when none is asked for. */
  constructor(name: string, metric: string | undefined, reports: ReportList, render: RenderPart) {
    this.#name = name;
    this.#wanted = metric;
    this.#reports = reports;
    this.#render = render;
  }

  async refresh(record: LiveRecord, now: number): Promise<Look> {
    const looked = record.read((database) => {
      const progress = readProgress(database, this.#name, now);
      const changed = this.#look(database, progress);
      return { progress, changed };
    });
    if (!looked.ok) return { problem: looked.problems[0] };
    const { progress, changed } = looked.value;
    const view = sweepView(progress, now);
    const html = this.#parts.update({
      progress: this.#render('live-progress', {
        ...view,
        comparison: (await this.#reports.ofSweep(this.#name)) ?? null,
      }),
      metrics: this.#render('live-metrics', { metrics: this.#metricLinks() }),
      running: this.#render('live-running', view),
      failures: this.#render('live-failures', view),
    });
    if (html === undefined && changed === undefined) return {};
    return { told: { html: html ?? {}, data: changed } };
  }

  get html(): Told['html'] {
    return this.#parts.whole;
  }

  data(): ToldSweep {
    const known = [...this.#trials.values()];
    const curves = known
      .filter(({ epochs }) => epochs.length > 0)
      .map(({ trial, epochs, values }): [number, ToldCurve] => [trial.number, { from: 0, epochs, values }]);
    return this.#data(
      known.map(({ trial }) => trial),
      curves,
    );
  }

  #data(trials: readonly LiveTrial[], curves: readonly [number, ToldCurve][]): ToldSweep {
    return {
      metric: this.#metric ?? null,
      objectives: this.#objectives,
      of: this.#recorded,
      trials: trials.map(toldTrial),
      curves: Object.fromEntries(curves),
    };
  }

  #look(database: Database, progress: SweepProgress): object | undefined {
    const sweep = sweepNumber(database, this.#name)!;
    this.#objectives = progress.objectives;
    this.#chooseMetric(database, sweep);
    const all = readTrialMarks(database, sweep);
    this.#recorded = all.length;
    const different = all.filter(([id, mark]) => this.#trials.get(id)?.mark !== mark);
    const taken = different.slice(0, mostAtOnce);
    this.unfinished = different.length > taken.length;
    const marks = new Map(taken);
    const trials = readLiveTrials(
      database,
      taken.map(([id]) => id),
    );
    const grown = new Set(trials.map(({ id }) => id));
    for (const trial of trials) this.#take(trial, marks.get(trial.id)!);
    for (const { trial } of this.#trials.values()) if (trial.state === 'running') grown.add(trial.id);
    const curves = [...grown].flatMap((id) => this.#grow(database, this.#trials.get(id)!));
    this.#boundCurves();
    return trials.length === 0 && curves.length === 0 ? undefined : this.#data(trials, curves);
  }

  /** Nothing where there is no choice. */
  #metricLinks(): readonly { key: string; address: string; current: boolean }[] {
    if (this.#keys.length < 2) return [];
    return this.#keys.slice(0, mostMetrics).map((key) => ({
      key,
      address: `${sweepAddress(this.#name)}?${new URLSearchParams({ metric: key }).toString()}`,
      current: key === this.#metric,
    }));
  }

  /** Settled once there is a curve to be shown. */
  #chooseMetric(database: Database, sweep: number): void {
    if (this.#reader !== undefined) return;
    this.#keys = readCurveKeys(database, sweep);
    this.#metric = chooseCurve(this.#keys, this.#wanted ?? this.#objectives[0]?.metric ?? '');
    if (this.#metric === undefined) return;
    this.#reader = new CurveReader(this.#metric);
    // Trials that were looked at before any had a curve are looked at again.
    for (const known of this.#trials.values()) known.mark = '';
  }

  #take(trial: LiveTrial, mark: string): void {
    const known = this.#trials.get(trial.id);
    if (known === undefined) this.#trials.set(trial.id, { trial, mark, step: 0, epochs: [], values: [] });
    else Object.assign(known, { trial, mark });
  }

  #grow(database: Database, known: KnownTrial): [number, ToldCurve][] {
    const { trial, epochs, values } = known;
    const points = this.#reader?.read(database, trial.run, known.step);
    if (points === undefined) return [];
    const from = epochs.length;
    known.step = points.step;
    epochs.push(...points.epochs);
    values.push(...points.values);
    return [[trial.number, { from, epochs: points.epochs, values: points.values }]];
  }

  /** A long sweep would fill the memory of server and browser alike. */
  #boundCurves(): void {
    let left = mostCurves;
    for (const known of [...this.#trials.values()].reverse()) {
      if (known.epochs.length === 0) continue;
      left -= 1;
      if (left >= 0 || known.trial.state === 'running') continue;
      known.epochs.length = 0;
      known.values.length = 0;
    }
  }
}

function toldTrial(trial: LiveTrial): ToldTrial {
  const { number, run, state, values, epochs, started, ended, spans, seconds, problem } = trial;
  return {
    ...{ number, state, values, epochs, started, ended, spans },
    seconds: Math.round(seconds * 1000) / 1000,
    address: runAddress(run),
    settings: toldSettings(trial),
    problem: problem === null ? null : `${problem.message} [${problem.code}]`,
  };
}

/** Numbers as numbers, so that they have an axis; what is more than a number by the name it was given. */
function toldSettings({ labels, assignments }: LiveTrial): ToldTrial['settings'] {
  return Object.fromEntries(
    Object.entries(labels).map(([path, label]) => {
      const value = assignments[path];
      return [path, typeof value === 'number' ? value : label];
    }),
  );
}
