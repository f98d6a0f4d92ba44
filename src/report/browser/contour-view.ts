/**
 * The objective over two settings: a surface through the runs, as contours, with the runs upon it. The surface is
 * `contour-surface.ts`'s.
 */
import { makeAxisScale } from './axis-scale.js';
import { drawSurface } from './contour-surface.js';
import { make, makeSelect, makeTextAlternative } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { makeScaleStrip } from './scale-key.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';
import { shownObjective } from './setting-of.js';

/** As few as importance is told of. */
const leastResults = 10;

export class ContourView extends ScatterView {
  #first: string;
  #second: string;
  readonly #key = make('p', { class: 'key' });

  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    const { parameters } = this.data;
    const numbers = parameters.filter(({ kind }) => kind === 'number');
    const [first, second] = numbers.length >= 2 ? numbers : parameters;
    this.#first = first?.key ?? '';
    this.#second = second?.key ?? '';
    const choices = parameters.map(({ key, label }) => ({ value: key, label }));
    element.append(
      make(
        'div',
        { class: 'tools' },
        makeSelect('Across', choices, this.#first, (key) => {
          this.#first = key;
          this.invalidate();
        }).box,
        makeSelect('Upwards', choices, this.#second, (key) => {
          this.#second = key;
          this.invalidate();
        }).box,
      ),
      make('div', { class: 'card plot-card' }, this.layers.box, this.#key),
      makeTextAlternative('The runs as a table', ['Run', 'Across', 'Upwards', 'Objective'], () =>
        this.#rows(),
      ),
    );
  }

  protected draw(): void {
    const { data } = this;
    const [first, second] = [data.column(this.#first), data.column(this.#second)];
    if (first === undefined || second === undefined || data.objective === undefined) return;
    const width = this.layers.box.clientWidth;
    const height = Math.round(Math.min(460, Math.max(300, width * 0.6)));
    const context = this.layers.begin(width, height);
    const x = makeAxisScale(first, first.kind === 'number' && first.log, 6, 0.02);
    const y = makeAxisScale(second, second.kind === 'number' && second.log, 6, 0.02);
    this.layers.box.setAttribute(
      'aria-label',
      `${data.objective.label} over ${first.label} and ${second.label}`,
    );
    const frame = drawFrame(context, width, height, x, y, {
      xLabel: first.label,
      yLabel: second.label,
      gutter: 76,
    });
    this.#key.replaceChildren(
      make('span', { text: `${data.objective.label} between the runs` }),
      makeScaleStrip('worse', 'better'),
    );
    const { store } = this;
    const ranks = data.ranks(data.objective);
    // By rank: failures far below would leave no colours for the rest.
    const objective = shownObjective(store).map((value, run) => (value === null ? null : ranks[run]!));
    // Between few runs anything may be.
    const results = objective.filter((rank) => rank !== null).length;
    if (results >= leastResults) drawSurface(context, frame, objective);
    this.#key.hidden = results < leastResults;
    this.drawPoints(context, frame, data.count > 300 ? 2 : 3);
    this.frames = [frame];
    this.drawHovered();
  }

  #rows(): string[][] {
    const [first, second] = [this.data.column(this.#first), this.data.column(this.#second)];
    const objective = this.data.objective;
    if (first === undefined || second === undefined || objective === undefined) return [];
    return [...this.store.shownWorstFirst()]
      .reverse()
      .map((run) => [
        this.data.name(run),
        this.data.text(first, run),
        this.data.text(second, run),
        formatNumber(objective.values[run] ?? null, objective.format),
      ]);
  }
}
