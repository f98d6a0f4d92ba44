/** Quality against cost: all runs, the front of those that no other beats in both, and their names where there is room. */
import { paretoFront } from '../comparison/statistics/pareto-front.js';
import type { NumberColumn } from '../comparison/page-data.js';
import { makeAxisScale } from './axis-scale.js';
import { make, makeSelect, makeTextAlternative, themeColour } from './dom.js';
import { drawFrame, drawRing, fit, plotFont, pointOf, type PlotFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import { ScatterView } from './scatter-view.js';
import type { SelectionStore } from './selection-store.js';

const costKeys = ['metric:parameters', 'time:train', 'time:evaluate'];
const qualityKeys = ['metric:accuracy', 'metric:validation.accuracy'];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class ParetoView extends ScatterView {
  #cost: NumberColumn | undefined;
  readonly #quality: NumberColumn | undefined;

  constructor(element: HTMLElement, store: SelectionStore, tip: RunTip) {
    super(element, store, tip);
    const filled = (key: string) => {
      const column = this.data.numberColumn(key);
      return column?.differs === true ? [column] : [];
    };
    const costs = costKeys.flatMap(filled);
    this.#cost = costs[0];
    this.#quality = [
      ...qualityKeys.flatMap(filled),
      ...(this.data.objective === undefined ? [] : [this.data.objective]),
    ][0];
    element.append(
      make(
        'div',
        { class: 'tools' },
        makeSelect(
          'Against',
          costs.map(({ key, label }) => ({ value: key, label })),
          this.#cost?.key ?? '',
          (key) => {
            this.#cost = this.data.numberColumn(key);
            this.invalidate();
          },
        ).box,
      ),
      make('div', { class: 'card plot-card' }, this.layers.box),
      makeTextAlternative('The front as a table', ['Run', 'Cost', 'Quality'], () => this.#rows()),
    );
  }

  /** Of the runs that are shown, the cheapest first. */
  #front(): number[] {
    const [cost, quality] = [this.#cost, this.#quality];
    if (cost === undefined || quality === undefined) return [];
    const runs = [...this.store.shownWorstFirst()];
    const points = runs.map((run) => [cost.values[run] ?? null, quality.values[run] ?? null]);
    return paretoFront(points, ['minimize', quality.goal ?? 'maximize'])
      .map((index) => runs[index]!)
      .sort((a, b) => cost.values[a]! - cost.values[b]!);
  }

  protected draw(): void {
    const [cost, quality] = [this.#cost, this.#quality];
    if (cost === undefined || quality === undefined) return;
    const width = this.layers.box.clientWidth;
    const height = Math.round(Math.min(500, Math.max(300, width * 0.45)));
    const context = this.layers.begin(width, height);
    const frame = drawFrame(
      context,
      width,
      height,
      makeAxisScale(whereBoth(cost, quality), cost.log, 6, 0.03),
      makeAxisScale(whereBoth(quality, cost), false, 6, 0.05),
      { xLabel: cost.label, yLabel: quality.label, gutter: 64 },
    );
    this.layers.box.setAttribute(
      'aria-label',
      `${quality.label} against ${cost.label}; the table below lists the front`,
    );
    this.drawPoints(context, frame, this.data.count > 300 ? 2.2 : 3.5);
    this.#drawFront(context, frame, this.#front());
    this.frames = [frame];
    this.drawHovered();
  }

  #drawFront(context: CanvasRenderingContext2D, frame: PlotFrame, front: readonly number[]): void {
    const points = front.flatMap((run) => {
      const point = pointOf(frame, run);
      return point === undefined ? [] : [{ run, point }];
    });
    context.strokeStyle = themeColour('--ink');
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [i, { point }] of points.entries()) {
      if (i === 0) context.moveTo(...point);
      else {
        // Steps: between two runs of the front nothing better than the cheaper one is known.
        context.lineTo(point[0], points[i - 1]!.point[1]);
        context.lineTo(...point);
      }
    }
    context.stroke();
    for (const { point } of points) drawRing(context, point, 5, themeColour('--ink'));
    context.font = `600 ${plotFont}`;
    context.textBaseline = 'middle';
    const taken: Box[] = points.map(({ point: [x, y] }) => ({
      left: x - 6,
      top: y - 6,
      right: x + 6,
      bottom: y + 6,
    }));
    for (const { run, point } of [...points].reverse()) {
      const text = fit(context, this.data.name(run), 130);
      const place = labelPlace(context.measureText(text).width, point, frame, taken);
      if (place === undefined) continue;
      taken.push(place);
      context.textAlign = 'left';
      context.lineWidth = 4;
      context.strokeStyle = themeColour('--card');
      context.strokeText(text, place.left, (place.top + place.bottom) / 2);
      context.fillStyle = themeColour('--ink');
      context.fillText(text, place.left, (place.top + place.bottom) / 2);
    }
  }

  #rows(): string[][] {
    const [cost, quality] = [this.#cost, this.#quality];
    if (cost === undefined || quality === undefined) return [];
    return this.#front().map((run) => [
      this.data.name(run),
      `${cost.label} ${this.data.text(cost, run)}`,
      `${quality.label} ${this.data.text(quality, run)}`,
    ]);
  }
}

/** A column without the runs that another has nothing of: they have no point, and would stretch the axis. */
function whereBoth(column: NumberColumn, other: NumberColumn): NumberColumn {
  return {
    ...column,
    values: column.values.map((value, run) => (other.values[run] === null ? null : value)),
  };
}

/** The first place around a point where a label hides nothing; undefined: there is none. */
function labelPlace(
  width: number,
  [x, y]: readonly [number, number],
  frame: PlotFrame,
  taken: readonly Box[],
): Box | undefined {
  const half = 8;
  const candidates = [
    [x - width - 10, y - 14],
    [x - width / 2, y - 19],
    [x + 10, y + 12],
    [x + 10, y - 2],
    [x - width / 2, y + 19],
    [x - width - 10, y + 14],
    [x + 12, y + 28],
  ] as const;
  return candidates
    .map(([left, middle]) => ({ left, right: left + width, top: middle - half, bottom: middle + half }))
    .find(
      (box) =>
        box.left >= frame.left &&
        box.right <= frame.left + frame.width + 12 &&
        box.top >= frame.top - 14 &&
        box.bottom <= frame.top + frame.height &&
        !taken.some(
          (other) =>
            box.left < other.right &&
            box.right > other.left &&
            box.top < other.bottom &&
            box.bottom > other.top,
        ),
    );
}
