/** What the first page follows: sweeps under way, the other sweeps, the newest runs, and reports. */
import { formatSeconds } from '../../core/format-units.js';
import type { Database } from '../../tracking/database.js';
import type { LiveRecord } from '../../tracking/live/live-record.js';
import { lastRunNumber, readNewRuns, readRunsOf, type NumberedRun } from '../../tracking/live/live-runs.js';
import { CurveReader, readCurveKeys, sweepNumber } from '../../tracking/live/live-trials.js';
import { listSweeps } from '../../tracking/sweep-list.js';
import { readProgress, type SweepProgress } from '../../tracking/sweep-progress.js';
import type { ReportList } from '../report-list.js';
import { smallCurves, type SmallCurves } from '../views/small-curves.js';
import { sweepView } from '../views/sweep-view.js';
import { runAddress, shownNumber, shownTime } from '../views/words.js';
import { chooseCurve } from './choose-curve.js';
import { Parts, type Look, type RenderPart, type Told, type Topic } from './topic.js';

const mostRuns = 50;
const mostSweeps = 100;
const mostCurves = 16;

export class OverviewTopic implements Topic {
  readonly #reports: ReportList;
  readonly #render: RenderPart;
  readonly #parts = new Parts();
  #runs: NumberedRun[] = [];
  #lastRun = 0;
  /** Reports come without a word in the record. */
  readonly stale = 2_000;
  readonly unfinished = false;

  constructor(reports: ReportList, render: RenderPart) {
    this.#reports = reports;
    this.#render = render;
  }

  async refresh(record: LiveRecord, now: number): Promise<Look> {
    const looked = record.read((database) => {
      this.#lookAtRuns(database);
      const all = listSweeps(database, undefined, now).map((row) =>
        row.status === 'running' ? readProgress(database, row.name, now) : idle(row),
      );
      const running = all.filter(({ status }) => status === 'running');
      return {
        underWay: running.map((sweep) => ({
          sweep: sweepView(sweep, now),
          curves: curvesOf(database, sweep),
        })),
        others: all
          .filter(({ status }) => status !== 'running')
          .slice(0, mostSweeps)
          .map((sweep) => sweepView(sweep, now)),
      };
    });
    const problem = looked.ok ? undefined : looked.problems[0];
    if (problem?.code === 'no-runs') {
      this.#runs = [];
      this.#lastRun = 0;
    }
    // With a record that can't be read what was last seen stays; without one there is nothing to be seen.
    const lists = looked.ok
      ? this.#lists(looked.value, await this.#rows())
      : problem?.code === 'no-runs' || this.#parts.whole.runs === undefined
        ? this.#lists({ underWay: [], others: [] }, [])
        : {};
    // Reports can be read whatever became of the record.
    const reports = this.#render('live-reports', { reports: await this.#reports.others() });
    const html = this.#parts.update({ ...lists, reports });
    return { told: html === undefined ? undefined : { html }, problem };
  }

  get html(): Told['html'] {
    return this.#parts.whole;
  }

  data(): undefined {
    return undefined;
  }

  #lists(
    sweeps: { underWay: readonly object[]; others: readonly object[] },
    rows: readonly object[],
  ): Record<string, string> {
    return {
      underway: this.#render('live-under-way', sweeps),
      sweeps: this.#render('live-sweeps', sweeps),
      runs: this.#render('live-runs', { rows, limit: mostRuns }),
    };
  }

  #lookAtRuns(database: Database): void {
    const last = lastRunNumber(database);
    if (last < this.#lastRun) this.#runs = [];
    const added =
      last === this.#lastRun ? [] : readNewRuns(database, last < this.#lastRun ? 0 : this.#lastRun, mostRuns);
    this.#lastRun = last;
    const open = this.#runs.filter(({ status }) => status !== 'done').map(({ number }) => number);
    const again = new Map(readRunsOf(database, open).map((run) => [run.number, run]));
    this.#runs = [...added, ...this.#runs.map((run) => again.get(run.number) ?? run)].slice(0, mostRuns);
  }

  async #rows(): Promise<object[]> {
    return Promise.all(
      this.#runs.map(async (run) => ({
        id: run.id,
        address: runAddress(run.id),
        experiment: run.experiment,
        status: run.status,
        started: shownTime(run.started),
        time: run.seconds === null ? '–' : formatSeconds(run.seconds),
        accuracy: run.metrics.accuracy === undefined ? '–' : shownNumber(run.metrics.accuracy),
        report: (await this.#reports.ofRun(run.id)) ?? null,
      })),
    );
  }
}

function idle(row: ReturnType<typeof listSweeps>[number]): SweepProgress {
  return { ...row, running: [], failures: [], trialsPerHour: null, estimatedEnd: null };
}

/** Of the running trials alone, whose points are few. */
function curvesOf(database: Database, sweep: SweepProgress): SmallCurves | null {
  const number = sweepNumber(database, sweep.name);
  if (number === undefined || sweep.running.length === 0) return null;
  const key = chooseCurve(readCurveKeys(database, number), sweep.objectives[0]?.metric ?? '');
  if (key === undefined) return null;
  const reader = new CurveReader(key);
  const curves = sweep.running.slice(0, mostCurves).flatMap(({ run, number: trial }) => {
    const points = reader.read(database, run, 0);
    return points === undefined ? [] : [{ trial, points }];
  });
  return smallCurves(key, curves);
}
