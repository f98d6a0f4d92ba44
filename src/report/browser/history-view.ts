/** The objective, run after run in the order they came, and the best so far. */
import type { NumberColumn } from '../comparison/page-data.js';
import { runningBest } from '../comparison/statistics/best-so-far.js';
import { makeAxisScale } from './axis-scale.js';
import { make, makeTextAlternative, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame, drawRing } from './plot-frame.js';
import type { RunData } from './run-data.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';

/** The runs in the order they came. */
interface Sequence {
  /** Of which data. */
  readonly of: RunData;
  readonly order: NumberColumn;
  /** Runs that were better than all before them. */
  readonly improvements: readonly number[];
}

export class HistoryView extends ScatterView {
  #known: Sequence | undefined;

  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    this.layers.box.setAttribute(
      'aria-label',
      'The objective by order of runs; the table below lists each new best.',
    );
    element.append(
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('Each new best as a table', ['Run', 'Place', 'Objective'], () => {
        const { order, improvements } = this.#sequence;
        return improvements.map((run) => [
          this.data.name(run),
          formatNumber(order.values[run]!, 'count'),
          this.data.text(this.data.objective!, run),
        ]);
      }),
    );
  }

  get #sequence(): Sequence {
    if (this.#known?.of !== this.data) this.#known = sequenceOf(this.data);
    return this.#known;
  }

  protected draw(): void {
    const { objective } = this.data;
    if (objective === undefined) return;
    const { order, improvements } = this.#sequence;
    const width = this.layers.box.clientWidth;
    const height = Math.round(Math.min(360, Math.max(260, width * 0.32)));
    const context = this.layers.begin(width, height);
    const x = makeAxisScale(order, false, 8, 0.01);
    const y = makeAxisScale(objective, objective.goal === 'minimize' && objective.log, 6, 0.05);
    const frame = drawFrame(context, width, height, x, y, {
      xLabel: order.label,
      yLabel: objective.label,
      gutter: 64,
    });
    this.drawPoints(context, frame, this.data.count > 300 ? 2 : 3.5);
    context.strokeStyle = themeColour('--ink');
    context.lineWidth = 2;
    context.beginPath();
    const places = improvements.map(
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

function sequenceOf(data: RunData): Sequence {
  const { runs, columns } = data.page;
  const started = columns.find(({ key }) => key === 'run:started');
  const trials = runs.trials.every((trial) => trial !== null);
  const at = (run: number) => (trials ? runs.trials[run]! : (started?.values[run] ?? 0));
  const sequence = runs.ids.map((_, run) => run).sort((a, b) => at(a) - at(b));
  const values = new Array<number>(sequence.length);
  for (const [place, run] of sequence.entries()) values[run] = trials ? at(run) : place + 1;
  const order: NumberColumn = {
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
  const { objective } = data;
  const bests = runningBest(
    sequence.map((run) => objective?.values[run] ?? null),
    objective?.goal ?? 'maximize',
  );
  return { of: data, order, improvements: sequence.filter((_, place) => bests[place]!.improved) };
}
