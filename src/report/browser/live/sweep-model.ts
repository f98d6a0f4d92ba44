/**
 * All that is known of a sweep under way: takes what the stream tells, and gives it as the data that the views of a
 * comparison show. A trial keeps its place from first to last.
 */
import { metricColumn } from '../../comparison/column-parts.js';
import type { PageData, PageSpan } from '../../comparison/page-data.js';
import type { ToldSweep, ToldTrial } from '../../live/told-sweep.js';
import type { CurveSource, DrawnCurve } from '../curve-source.js';
import { RunData } from '../run-data.js';
import { type Latest, trialColumns } from './trial-columns.js';

export class SweepModel implements CurveSource {
  readonly isGrowing = true;
  readonly across = ['epochs'] as const;
  /** In the order in which they became known, which is that of their numbers. */
  readonly #trials = new Map<number, ToldTrial>();
  readonly #curves = new Map<number, DrawnCurve>();
  #numbers: readonly number[] = [];
  #metric: string | undefined;
  #objectives: ToldSweep['objectives'] = [];
  #of = 0;

  take({ metric, objectives, of, trials, curves }: ToldSweep, whole: boolean): void {
    if (whole) {
      this.#trials.clear();
      this.#curves.clear();
    }
    this.#metric = metric ?? undefined;
    this.#objectives = objectives;
    this.#of = of;
    for (const trial of trials) this.#trials.set(trial.number, trial);
    this.#numbers = [...this.#trials.keys()];
    for (const [number, { from, epochs, values }] of Object.entries(curves)) {
      const known = this.#curves.get(Number(number));
      const grown = (before: Float64Array | undefined, added: readonly (number | null)[]) =>
        Float64Array.from([...(before?.subarray(0, from) ?? []), ...added.map((value) => value ?? NaN)]);
      const all = grown(known?.epochs, epochs);
      // By epoch alone: steps and times are not told.
      this.#curves.set(Number(number), {
        ...{ epochs: all, steps: all, seconds: all },
        values: grown(known?.values, values),
      });
    }
  }

  /** How many trials are known. */
  get count(): number {
    return this.#trials.size;
  }

  /** Whether trials are still to come that are recorded already. */
  get isPartial(): boolean {
    return this.count < this.#of;
  }

  curve(run: number): DrawnCurve | undefined {
    return this.#curves.get(this.#numbers[run] ?? -1);
  }

  /** What a trial took is recorded at its end; until then it is what is seen of it. */
  #asOf(trial: ToldTrial, now: number): ToldTrial {
    if (trial.state !== 'running') return trial;
    const epochs = this.#curves.get(trial.number)?.epochs.at(-1) ?? trial.epochs;
    return {
      ...trial,
      epochs,
      seconds: trial.started === null ? trial.seconds : (now - trial.started) / 1000,
    };
  }

  #latest(): Latest | undefined {
    if (this.#metric === undefined) return undefined;
    const values = this.#numbers.map((number) => {
      const last = this.#curves.get(number)?.values.findLast((value) => !Number.isNaN(value));
      return last ?? null;
    });
    return { metric: this.#metric, values };
  }

  /** @param now milliseconds since 1970 */
  data(now: number): RunData {
    const trials = [...this.#trials.values()].map((trial) => this.#asOf(trial, now));
    const columns = trialColumns(trials, this.#objectives, this.#latest());
    const { metric = '', goal = 'maximize' } = this.#objectives[0] ?? {};
    const objective = metricColumn(metric);
    const page: PageData = {
      title: '',
      objective: { column: objective, goal },
      runs: {
        ids: trials.map(({ address }) => address),
        names: trials.map(({ number }) => `trial ${number}`),
        statuses: trials.map(({ state }) => state),
        trials: this.#numbers,
        reports: trials.map(({ address }) => address),
        reasons: trials.map(({ problem }) => problem),
      },
      columns,
      tableColumns: columns
        // The state stands beside the name.
        .filter(({ key, differs }) => key !== 'run:state' && (differs || key === objective))
        .map(({ key }) => key),
      sorting: [{ id: objective, desc: goal === 'maximize' }],
      metrics: this.#metric === undefined ? [] : [this.#metric],
      importance: [],
      pair: null,
    };
    const nothing = { commands: [], curves: [], configuration: [], data: [], details: [], images: null };
    return new RunData(page, this, () => ({ ...nothing, spans: spansOf(trials, now) }));
  }
}

/**
 * Where it isn't known which worker a trial was on, it is shown on the first that was free. Of a sweep that was killed the
 * ends were never told: only the last attempt of what is running goes on until now.
 */
function spansOf(trials: readonly ToldTrial[], now: number): PageSpan[] {
  const spans: [trial: number, worker: number, from: number, to: number][] = [];
  const busyUntil: number[] = [];
  const endOf = ({ state, ended }: ToldTrial) => (state === 'running' ? now : (ended ?? 0));
  for (const trial of trials)
    for (const [worker, from, to] of trial.spans) {
      const end = Math.max(from, to ?? (from === trial.started ? endOf(trial) : from));
      spans.push([trial.number, worker, from, end]);
      busyUntil[worker - 1] = Math.max(busyUntil[worker - 1] ?? 0, end);
    }
  const unknown = trials
    .flatMap((trial) => {
      const { number, started, ended } = trial;
      if (trial.spans.length > 0 || started === null) return [];
      return [{ number, from: started, to: Math.max(started, ended ?? endOf(trial)) }];
    })
    .sort((a, b) => a.from - b.from);
  for (const { number, from, to } of unknown) {
    const free = busyUntil.findIndex((end) => end <= from);
    const lane = free === -1 ? busyUntil.length : free;
    busyUntil[lane] = to;
    spans.push([number, lane + 1, from, to]);
  }
  const origin = spans.reduce((least, [, , from]) => Math.min(least, from), Infinity);
  return spans.map(([trial, worker, from, to]) => [trial, worker, from - origin, to - origin]);
}
