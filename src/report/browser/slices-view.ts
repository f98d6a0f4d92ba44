/** Slices: the objective against one setting at a time, with the median along it, for the settings that matter most. */
import { makeAxisScale } from './axis-scale.js';
import { makeTextAlternative, make, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame, type PlotFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';

const panelHeight = 220;
const leastWidth = 250;
const mostPanels = 12;

/** A median of fewer is no line. */
const leastInBin = 3;
const mostBins = 10;

export class SlicesView extends ScatterView {
  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    this.layers.box.setAttribute('role', 'img');
    this.layers.box.setAttribute('aria-label', 'The objective against each setting; the table below has the medians.');
    element.append(
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('The medians as a table', ['Setting', 'From', 'To', 'Median', 'Runs'], () => this.#rows()),
    );
  }

  protected draw(): void {
    const objective = this.data.objective;
    if (objective === undefined) return;
    const parameters = this.data.parameters.slice(0, mostPanels);
    const width = this.layers.box.clientWidth;
    const columns = Math.max(1, Math.min(parameters.length, Math.floor(width / leastWidth)));
    const panelWidth = width / columns;
    const rows = Math.ceil(parameters.length / columns);
    const context = this.layers.begin(width, rows * panelHeight);
    const y = makeAxisScale(objective, objective.log && objective.goal === 'minimize', 4, 0.04);
    const frames: PlotFrame[] = [];
    for (const [i, parameter] of parameters.entries()) {
      const [left, top] = [(i % columns) * panelWidth, Math.floor(i / columns) * panelHeight];
      context.save();
      context.translate(left, top);
      const x = makeAxisScale(parameter, parameter.kind === 'number' && parameter.log, 4, 0.03);
      const frame = drawFrame(context, panelWidth - 10, panelHeight - 8, x, y, { xLabel: parameter.label, gutter: 56 });
      this.drawPoints(context, frame, this.data.count > 300 ? 1.8 : 3);
      this.#drawMedian(context, frame);
      context.restore();
      frames.push({ ...frame, left: frame.left + left, top: frame.top + top });
    }
    this.frames = frames;
    this.drawHovered();
  }

  #drawMedian(context: CanvasRenderingContext2D, frame: PlotFrame): void {
    const bins = this.#medians(frame);
    context.strokeStyle = themeColour('--card');
    context.lineJoin = 'round';
    for (const [width, colour] of [
      [5, '--card'],
      [2.5, '--ink'],
    ] as const) {
      context.strokeStyle = themeColour(colour);
      context.lineWidth = width;
      context.beginPath();
      for (const [i, { at, median, half }] of bins.entries()) {
        const [px, py] = [frame.left + at * frame.width, frame.top + (1 - median) * frame.height];
        if (frame.x.column.kind === 'category') {
          context.moveTo(px - half * frame.width, py);
          context.lineTo(px + half * frame.width, py);
        } else if (i === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
      }
      context.stroke();
    }
  }

  /** Along the axis, in bins of equally many runs, or by category. */
  #medians({ x, y }: Pick<PlotFrame, 'x' | 'y'>) {
    const runs = [...this.store.shownWorstFirst()].filter(
      (run) => !Number.isNaN(x.places[run]!) && !Number.isNaN(y.places[run]!),
    );
    runs.sort((a, b) => x.places[a]! - x.places[b]!);
    const groups: number[][] = [];
    const distinct = new Set(runs.map((run) => x.places[run]!));
    if (x.column.kind === 'category' || distinct.size <= mostBins)
      for (const place of distinct) groups.push(runs.filter((run) => x.places[run] === place));
    else {
      const count = Math.max(2, Math.min(mostBins, Math.floor(runs.length / 8)));
      for (let i = 0; i < count; i++)
        groups.push(runs.slice(Math.floor((i * runs.length) / count), Math.floor(((i + 1) * runs.length) / count)));
    }
    return groups
      .filter((group) => group.length >= (x.column.kind === 'category' ? 1 : leastInBin))
      .map((group) => {
        const middle = (places: Float32Array) => medianOf(group.map((run) => places[run]!));
        return {
          at: middle(x.places),
          median: middle(y.places),
          half: x.column.kind === 'category' ? 0.34 / x.ticks.length : 0,
          group,
        };
      });
  }

  #rows(): string[][] {
    const objective = this.data.objective;
    if (objective === undefined) return [];
    const y = makeAxisScale(objective, false);
    return this.data.parameters.slice(0, mostPanels).flatMap((parameter) => {
      const x = makeAxisScale(parameter, parameter.kind === 'number' && parameter.log);
      return this.#medians({ x, y }).map(({ group }) => [
        parameter.label,
        this.data.text(parameter, group[0]!),
        this.data.text(parameter, group.at(-1)!),
        formatNumber(medianOf(group.map((run) => objective.values[run]!)), objective.format),
        String(group.length),
      ]);
    });
  }
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
