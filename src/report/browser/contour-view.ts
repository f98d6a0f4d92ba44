/**
 * The objective over two settings: a surface through the runs, as contours, with the runs upon it. The surface is a local
 * average (Nadaraya and Watson 1964), told apart from knowledge by fading where no run is near.
 */
import { contours } from 'd3-contour';
import { makeAxisScale } from './axis-scale.js';
import { scaleColour } from './colours.js';
import { make, makeSelect, makeTextAlternative, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { drawFrame, type PlotFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';

const cells = 48;
/** Of the axis: as far as a run speaks for its surroundings. */
const bandwidth = 0.09;
const levels = 9;

export class ContourView extends ScatterView {
  #first: string;
  #second: string;

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
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('The runs as a table', ['Run', 'Across', 'Upwards', 'Objective'], () => this.#rows()),
    );
    this.layers.box.setAttribute('role', 'img');
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
    this.layers.box.setAttribute('aria-label', `${data.objective.label} over ${first.label} and ${second.label}`);
    const frame = drawFrame(context, width, height, x, y, { xLabel: first.label, yLabel: second.label, gutter: 76 });
    this.#drawSurface(context, frame);
    this.drawPoints(context, frame, data.count > 300 ? 2 : 3);
    this.frames = [frame];
    this.drawHovered();
  }

  #drawSurface(context: CanvasRenderingContext2D, frame: PlotFrame): void {
    const { means, known } = this.#surface(frame);
    const finite = means.filter((value) => !Number.isNaN(value));
    if (finite.length === 0) return;
    const sorted = [...finite].sort((a, b) => a - b);
    const thresholds = Array.from({ length: levels }, (_, i) => sorted[Math.floor((i / levels) * (sorted.length - 1))]!);
    const values = means.map((value) => (Number.isNaN(value) ? -1 : value));
    const toX = (value: number) => frame.left + (value / cells) * frame.width;
    const toY = (value: number) => frame.top + (1 - value / cells) * frame.height;
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    const polygons = contours().size([cells, cells]).thresholds([...new Set(thresholds)])(values);
    for (const [i, { coordinates }] of polygons.entries()) {
      context.fillStyle = scaleColour(i / Math.max(1, polygons.length - 1));
      context.globalAlpha = 0.5;
      context.beginPath();
      for (const polygon of coordinates)
        for (const ring of polygon)
          for (const [k, [px, py]] of ring.entries())
            if (k === 0) context.moveTo(toX(px), toY(py));
            else context.lineTo(toX(px), toY(py));
      context.fill();
      context.globalAlpha = 0.35;
      context.strokeStyle = themeColour('--card');
      context.stroke();
    }
    // Where nothing is known the paper shows: a small picture of it, drawn large, has no seams.
    context.globalAlpha = 1;
    context.imageSmoothingQuality = 'high';
    context.drawImage(paperOver(known), frame.left, frame.top, frame.width, frame.height);
    context.restore();
  }

  /** Ranks, averaged around each cell's middle, and how much is known there. */
  #surface({ x, y }: PlotFrame): { means: number[]; known: Float64Array } {
    const ranks = this.data.ranks(this.data.objective!);
    const sums = new Float64Array(cells * cells);
    const weights = new Float64Array(cells * cells);
    const reach = Math.ceil(bandwidth * cells * 2.6);
    for (const run of this.store.shownWorstFirst()) {
      const [px, py, rank] = [x.places[run]!, y.places[run]!, ranks[run]!];
      if (Number.isNaN(px) || Number.isNaN(py) || Number.isNaN(rank)) continue;
      const [column, row] = [Math.floor(px * cells), Math.floor(py * cells)];
      for (let r = Math.max(0, row - reach); r <= Math.min(cells - 1, row + reach); r++)
        for (let c = Math.max(0, column - reach); c <= Math.min(cells - 1, column + reach); c++) {
          const square = ((c + 0.5) / cells - px) ** 2 + ((r + 0.5) / cells - py) ** 2;
          const weight = Math.exp(-square / (2 * bandwidth * bandwidth));
          sums[r * cells + c]! += weight * rank;
          weights[r * cells + c]! += weight;
        }
    }
    return { means: Array.from(sums, (sum, i) => (weights[i]! < 1e-3 ? NaN : sum / weights[i]!)), known: weights };
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

/** The colour of the card, the less transparent the less is known. */
function paperOver(known: Float64Array): HTMLCanvasElement {
  const canvas = make('canvas', { width: cells, height: cells });
  const context = canvas.getContext('2d')!;
  context.fillStyle = themeColour('--card');
  context.fillRect(0, 0, cells, cells);
  const image = context.getImageData(0, 0, cells, cells);
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++)
      image.data[((cells - 1 - row) * cells + column) * 4 + 3] =
        255 * (1 - Math.min(1, known[row * cells + column]!));
  context.putImageData(image, 0, 0);
  return canvas;
}
