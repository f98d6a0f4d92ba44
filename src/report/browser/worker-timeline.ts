/** Which worker was at which trial when, a row for each worker. */
import { colourSteps, scaleColour } from './colours.js';
import { make, makeTextAlternative, themeColour } from './dom.js';
import { formatNumber } from './format.js';
import { Layers } from './layers.js';
import { plotFont } from './plot-frame.js';
import { makeScaleKey } from './scale-key.js';
import type { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';
import { scaleLinear } from 'd3-scale';

interface Bar {
  readonly run: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

const rowHeight = 30;
const gutter = 74;

export class WorkerTimeline extends View {
  readonly #layers = new Layers();
  #bars: Bar[] = [];

  constructor(
    element: HTMLElement,
    store: SelectionStore,
    private readonly tip: RunTip,
  ) {
    super(element, store, ['filter', 'colour']);
    const { box } = this.#layers;
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', 'Time line of the workers; the table below has the numbers.');
    element.append(
      make('div', { class: 'card plot-card' }, box, makeWorkersKey(store)),
      makeTextAlternative('The time line as a table', ['Worker', 'Trials', 'Busy', 'Share of the time'], () =>
        this.#rows(),
      ),
    );
    store.on(['hover'], () => this.#drawHovered());
    box.addEventListener('pointermove', (event) => this.#point(event));
    box.addEventListener('pointerleave', () => {
      store.setHovered(undefined);
      tip.hide();
    });
  }

  get #workers(): number[] {
    return [...new Set(this.data.rest.spans.map(([, worker]) => worker))].sort((a, b) => a - b);
  }

  get #end(): number {
    return this.data.rest.spans.reduce((most, span) => Math.max(most, span[3]), 1);
  }

  protected draw(): void {
    const { store } = this;
    const width = this.#layers.box.clientWidth;
    const workers = this.#workers;
    const context = this.#layers.begin(width, workers.length * rowHeight + 34);
    const end = this.#end;
    const runOf = new Map(this.data.page.runs.trials.map((trial, run) => [trial, run]));
    const x = scaleLinear()
      .domain([0, end / 1000])
      .range([gutter, width - 14]);
    context.font = plotFont;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = themeColour('--ink-2');
    for (const [row, worker] of workers.entries())
      context.fillText(`worker ${worker}`, 4, row * rowHeight + rowHeight / 2);
    context.fillStyle = themeColour('--ink-3');
    context.textAlign = 'center';
    let free = 0;
    for (const tick of timeTicks(end / 1000, Math.max(3, width / 130))) {
      const text = tick === 0 ? '0' : formatNumber(tick, 'seconds');
      const half = context.measureText(text).width / 2;
      if (x(tick) - half < free || x(tick) + half > width) continue;
      free = x(tick) + half + 8;
      context.fillText(text, x(tick), workers.length * rowHeight + 16);
    }
    this.#bars = this.data.rest.spans.flatMap(([trial, worker, from, to]) => {
      const run = runOf.get(trial);
      if (run === undefined) return [];
      return [
        { run, left: x(from / 1000), right: x(to / 1000), top: workers.indexOf(worker) * rowHeight + 4 },
      ];
    });
    for (const { run, left, right, top } of this.#bars) {
      const bucket = store.colourBuckets[run]!;
      context.globalAlpha = store.shown[run] === 1 ? 1 : 0.15;
      context.fillStyle = bucket < 0 ? themeColour('--line') : scaleColour(bucket / (colourSteps - 1));
      const bar = Math.max(0.6, right - left - (right - left > 4 ? 1 : 0));
      context.fillRect(left, top, bar, rowHeight - 8);
      // Hollow, for to some eyes the middle of the scale is grey, too.
      if (bucket < 0 && bar > 3) {
        context.strokeStyle = themeColour('--ink-3');
        context.lineWidth = 1;
        context.strokeRect(left + 0.5, top + 0.5, bar - 1, rowHeight - 9);
      }
      if (this.data.page.runs.statuses[run] !== 'failed') continue;
      context.fillStyle = themeColour('--wrong');
      context.fillRect(left, top + rowHeight - 12, Math.max(2, bar), 4);
    }
    context.globalAlpha = 1;
    this.#drawHovered();
  }

  #drawHovered(): void {
    if (this.#layers.width === 0) return;
    const context = this.#layers.beginAbove(this.store.hovered === undefined);
    if (context === undefined) return;
    for (const { run, left, right, top } of this.#bars) {
      if (run !== this.store.hovered) continue;
      context.strokeStyle = themeColour('--wrong');
      context.lineWidth = 3;
      context.strokeRect(left - 1.5, top - 1.5, Math.max(3, right - left) + 2, rowHeight - 5);
    }
  }

  #point(event: PointerEvent): void {
    const box = this.#layers.box.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const bar = this.#bars.find(
      ({ left, right, top }) =>
        x >= left && x <= Math.max(right, left + 2) && y >= top - 4 && y <= top + rowHeight - 4,
    );
    this.store.setHovered(bar?.run);
    if (bar === undefined) this.tip.hide();
    else
      this.tip.show(bar.run, event.clientX, event.clientY, [
        ['status', this.data.page.runs.statuses[bar.run]!],
      ]);
  }

  #rows(): string[][] {
    return this.#workers.map((worker) => {
      const spans = this.data.rest.spans.filter((span) => span[1] === worker);
      const busy = spans.reduce((sum, [, , from, to]) => sum + (to - from) / 1000, 0);
      const share = `${Math.round((busy / (this.#end / 1000)) * 100)}\u202f%`;
      return [
        `worker ${worker}`,
        String(new Set(spans.map(([trial]) => trial)).size),
        formatNumber(busy, 'seconds'),
        share,
      ];
    });
  }
}

/** What the bars mean. */
function makeWorkersKey(store: SelectionStore): HTMLElement {
  const item = (className: string, text: string) =>
    make('span', {}, make('i', { class: className, 'aria-hidden': 'true' }), text);
  return make(
    'p',
    { class: 'key' },
    makeScaleKey(store, true),
    item('bar-none', 'without a result'),
    item('bar-failed', 'failed'),
  );
}

/** Round times: seconds, minutes, hours. */
function timeTicks(end: number, count: number): number[] {
  const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800];
  const step = steps.find((one) => end / one <= count) ?? steps.at(-1)!;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}
