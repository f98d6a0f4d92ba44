/** Slices: the objective against one setting at a time, with the median along it, for the settings that matter most. */
import type { NumberColumn, PageColumn } from '../comparison/page-data.js';
import { sliceOf, type Slice } from '../comparison/statistics/slice.js';
import { makeAxisScale } from './axis-scale.js';
import { makeTextAlternative, make, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame, type PlotFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';
import { settingOf, shownObjective } from './setting-of.js';

const panelHeight = 220;
const leastWidth = 250;
const mostPanels = 12;

export class SlicesView extends ScatterView {
  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    this.layers.box.setAttribute(
      'aria-label',
      'The objective against each setting; the table below has the medians.',
    );
    element.append(
      make('p', {
        class: 'hint',
        text: `Each point is a run: ${this.data.objective?.label ?? ''} over one setting. The line is the median; of categories the box holds the middle half.`,
      }),
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('The medians as a table', ['Setting', 'At', 'Median', 'Runs'], () => this.#rows()),
    );
  }

  /** Those that some run with a result has: conditions may leave out the rest. */
  #parameters(objective: NumberColumn): readonly PageColumn[] {
    const has = ({ kind, values }: PageColumn, run: number) =>
      kind === 'number' ? values[run] !== null : values[run] !== -1;
    return this.data.parameters
      .filter((parameter) => objective.values.some((value, run) => value !== null && has(parameter, run)))
      .slice(0, mostPanels);
  }

  protected draw(): void {
    const objective = this.data.objective;
    if (objective === undefined) return;
    const parameters = this.#parameters(objective);
    const width = this.layers.box.clientWidth;
    const columns = Math.max(1, Math.min(parameters.length, Math.floor(width / leastWidth)));
    const panelWidth = width / columns;
    const rows = Math.ceil(parameters.length / columns);
    const context = this.layers.begin(width, rows * panelHeight);
    const y = makeAxisScale(objective, objective.log && objective.goal === 'minimize', 4, 0.04);
    const shown = shownObjective(this.store);
    const frames: PlotFrame[] = [];
    for (const [i, parameter] of parameters.entries()) {
      const [left, top] = [(i % columns) * panelWidth, Math.floor(i / columns) * panelHeight];
      context.save();
      context.translate(left, top);
      const x = makeAxisScale(parameter, parameter.kind === 'number' && parameter.log, 4, 0.03);
      const frame = drawFrame(context, panelWidth - 10, panelHeight - 8, x, y, {
        xLabel: parameter.label,
        gutter: 56,
      });
      this.drawPoints(context, frame, this.data.count > 300 ? 1.8 : 3);
      this.#drawMedian(context, frame, sliceOf(settingOf(parameter), shown));
      context.restore();
      frames.push({ ...frame, left: frame.left + left, top: frame.top + top });
    }
    this.frames = frames;
    this.drawHovered();
  }

  /** Along numbers a running median; of categories the quartiles as a box and the median as a line. */
  #drawMedian(
    context: CanvasRenderingContext2D,
    frame: PlotFrame,
    { line, categories, setting }: Slice,
  ): void {
    const toX = (place: number) => frame.left + place * frame.width;
    const toY = (value: number) => frame.top + (1 - frame.y.place(value)) * frame.height;
    const path = new Path2D();
    for (const [i, { x, y }] of line.entries())
      if (i === 0) path.moveTo(toX(frame.x.place(x)), toY(y));
      else path.lineTo(toX(frame.x.place(x)), toY(y));
    const half = 0.32 / Math.max(1, frame.x.ticks.length);
    for (const { name, quartiles } of categories) {
      const place = frame.x.place(setting.categories.indexOf(name));
      const [lower, median, upper] = quartiles.map(toY) as [number, number, number];
      context.globalAlpha = 0.14;
      context.fillStyle = themeColour('--ink');
      context.fillRect(toX(place - half), upper, 2 * half * frame.width, lower - upper);
      context.globalAlpha = 1;
      path.moveTo(toX(place - half), median);
      path.lineTo(toX(place + half), median);
    }
    context.lineJoin = 'round';
    for (const [width, colour] of [
      [5, '--card'],
      [2.5, '--ink'],
    ] as const) {
      context.strokeStyle = themeColour(colour);
      context.lineWidth = width;
      context.stroke(path);
    }
  }

  #rows(): string[][] {
    const { objective } = this.data;
    if (objective === undefined) return [];
    const shown = shownObjective(this.store);
    const written = (value: number) => formatNumber(value, objective.format);
    return this.#parameters(objective).flatMap((parameter) => {
      const { line, categories, points } = sliceOf(settingOf(parameter), shown);
      if (parameter.kind === 'category')
        return categories.map(({ name, count, quartiles }) => [
          parameter.label,
          name,
          written(quartiles[1]),
          String(count),
        ]);
      // Five places of the line are enough to read it by.
      return [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
        const place = line[Math.round(share * (line.length - 1))];
        if (place === undefined) return [];
        return [[parameter.label, formatNumber(place.x, 'plain'), written(place.y), String(points.length)]];
      });
    });
  }
}
