/** One run as its page follows it. */
import type { LiveRecord } from '../../tracking/live/live-record.js';
import { readHistory, readRun } from '../../tracking/run-detail.js';
import type { ReportList } from '../report-list.js';
import { liveCharts, runView } from '../views/run-view.js';
import { Parts, type Look, type RenderPart, type Told, type Topic } from './topic.js';

export class RunTopic implements Topic {
  readonly #id: string;
  readonly #reports: ReportList;
  readonly #render: RenderPart;
  readonly #parts = new Parts();
  #charts = '[]';
  /** It tells how long something has been running. */
  readonly stale = 10_000;
  readonly unfinished = false;

  /** @param id the whole id of a run. */
  constructor(id: string, reports: ReportList, render: RenderPart) {
    this.#id = id;
    this.#reports = reports;
    this.#render = render;
  }

  async refresh(record: LiveRecord, now: number): Promise<Look> {
    const looked = record.read((database) => ({
      run: readRun(database, this.#id),
      history: readHistory(database, this.#id, 'epoch'),
    }));
    if (!looked.ok) return { problem: looked.problems[0] };
    const { run, history } = looked.value;
    // A beginning of an id finds a run as well; a page has one address.
    if (run.id !== this.#id)
      return {
        problem: {
          code: 'no-such-run',
          message: `expected the id of a run, got ${JSON.stringify(this.#id)}`,
        },
      };
    const view = runView(run, await this.#reports.ofRun(run.id), now);
    const charts = liveCharts(history);
    const html = this.#parts.update({
      headline: this.#render('live-run', view),
      stages: this.#render('live-stages', view),
      problems: this.#render('live-problems', view),
      settings: this.#render('live-settings', view),
      curves: this.#render('live-curves', { charts: charts.map(({ id, title }) => ({ id, title })) }),
    });
    const text = JSON.stringify(charts);
    const grown = text !== this.#charts;
    this.#charts = text;
    if (html === undefined && !grown) return {};
    return { told: { html: html ?? {}, data: grown ? { charts } : undefined } };
  }

  get html(): Told['html'] {
    return this.#parts.whole;
  }

  data(): object {
    return { charts: JSON.parse(this.#charts) as unknown };
  }
}
