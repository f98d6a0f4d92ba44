/** The objective, run after run in the order they came, and the best so far. */
import type { NumberColumn } from '../comparison/page-data.js';
import { makeAxisScale } from './axis-scale.js';
import { make, makeTextAlternative, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame, drawRing } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';

export class HistoryView extends ScatterView {
  readonly #order: NumberColumn;
  /** Runs that were better than all before them. */
  readonly #improvements: readonly number[];

  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    const { runs, columns } = this.data.page;
    const started = columns.find(({ key }) => key === 'run:started');
    const trials = runs.trials.every((trial) => trial !== null);
    const at = (run: number) => (trials ? runs.trials[run]! : ((started?.values[run] ?? 0) as number));
    const sequence = runs.ids.map((_, run) => run).sort((a, b) => at(a) - at(b));
    const values = new Array<number>(sequence.length);
    for (const [place, run] of sequence.entries()) values[run] = trials ? at(run) : place + 1;
    this.#order = {
      key: 'order',
      label: trials ? 'trial' : 'run, in the order they began',
      group: 'run',
      differs: true,
      parameter: false,
      kind: 'number',
      format: 'count',
      log: false,
      goal: null,
      values,
    };
    this.#improvements = improvementsOf(this.data.objective, sequence);
    this.layers.box.setAttribute(
      'aria-label',
      'The objective by order of runs; the table below lists each new best.',
    );
    element.append(
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('Each new best as a table', ['Run', 'Place', 'Objective'], () =>
        this.#improvements.map((run) => [
          this.data.name(run),
          formatNumber(values[run]!, 'count'),
          this.data.text(this.data.objective!, run),
        ]),
      ),
    );
  }

  protected draw(): void {
    const { objective } = this.data;
    if (objective === undefined) return;
    const width = this.layers.box.clientWidth;
    const height = Math.round(Math.min(360, Math.max(260, width * 0.32)));
    const context = this.layers.begin(width, height);
    const x = makeAxisScale(this.#order, false, 8, 0.01);
    const y = makeAxisScale(objective, objective.goal === 'minimize' && objective.log, 6, 0.05);
    const frame = drawFrame(context, width, height, x, y, {
      xLabel: this.#order.label,
      yLabel: objective.label,
      gutter: 64,
    });
    this.drawPoints(context, frame, this.data.count > 300 ? 2 : 3.5);
    context.strokeStyle = themeColour('--ink');
    context.lineWidth = 2;
    context.beginPath();
    const places = this.#improvements.map(
      (run) =>
        [frame.left + x.places[run]! * frame.width, frame.top + (1 - y.places[run]!) * frame.height] as const,
    );
    for (const [i, [px, py]] of places.entries()) {
      if (i === 0) context.moveTo(px, py);
      else context.lineTo(px, places[i - 1]![1]);
      context.lineTo(px, py);
    }
    const last = places.at(-1);
    if (last !== undefined) context.lineTo(frame.left + frame.width, last[1]);
    context.stroke();
    if (last !== undefined) drawRing(context, last, 6, themeColour('--ink'));
    this.frames = [frame];
    this.drawHovered();
  }
}

function improvementsOf(objective: NumberColumn | undefined, sequence: readonly number[]): number[] {
  const sign = objective?.goal === 'minimize' ? -1 : 1;
  let best = -Infinity;
  return sequence.filter((run) => {
    const value = objective?.values[run] ?? null;
    if (value === null || value * sign <= best) return false;
    best = value * sign;
    return true;
  });
}
