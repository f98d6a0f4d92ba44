/**
 * Parallel coordinates (Inselberg 1985): a line for each run across axes of settings and metrics. Brushes on axes filter
 * everywhere; axes are moved by dragging their names or by buttons. Each axis's handles are `parallel-axis.ts`.
 */
import { makeAxisScale, type AxisScale } from './axis-scale.js';
import { colourSteps, scaleColour } from './colours.js';
import { makeColumnChooser } from './column-chooser.js';
import { DrawingBudget } from './drawing-budget.js';
import { isOnPaper, make, makeTextAlternative, themeColour } from './dom.js';
import { Layers } from './layers.js';
import { ParallelAxis } from './parallel-axis.js';
import type { RunData } from './run-data.js';
import type { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import { strokeMarked } from './stroke-marked.js';
import { View } from './view.js';

const plotHeight = 340;
const headHeight = 56;
/** Room below the axes: for runs without a value there, and for the buttons. */
const footHeight = 52;
const noneBelow = 18;
const edge = 56;
/** Axes nearer than this are not told apart. */
const leastSpace = 92;

interface DrawnAxis {
  readonly scale: AxisScale;
  readonly handle: ParallelAxis;
  x: number;
}

export class ParallelCoordinates extends View {
  readonly #layers = new Layers();
  readonly #handles = make('div', { class: 'axes' });
  readonly #scroll: HTMLElement;
  readonly #stage = make('div', { class: 'parallel' });
  #keys: string[] = [];
  readonly #log = new Map<string, boolean>();
  #axes: DrawnAxis[] = [];
  #built = '';
  #builtOf: RunData | undefined;
  /** Which axes there are was chosen by the reader. */
  #isChosen = false;
  #width = 0;
  readonly #budget = new DrawingBudget();

  constructor(
    element: HTMLElement,
    store: SelectionStore,
    private readonly tip: RunTip,
  ) {
    super(element, store, ['filter', 'colour', 'pins']);
    this.answersAtOnce = true;
    this.#stage.append(this.#layers.box, this.#handles);
    this.#scroll = make(
      'div',
      { class: 'card parallel-box', role: 'group', 'aria-label': 'Parallel coordinates' },
      this.#stage,
    );
    const chooser = makeColumnChooser(
      () => this.data.page.columns.filter(({ differs }) => differs),
      (key) => this.#keys.includes(key),
      (key, shown) => {
        this.#isChosen = true;
        if (shown) this.#keys.push(key);
        else {
          this.#keys = this.#keys.filter((one) => one !== key);
          this.store.setBrush(key, undefined);
        }
      },
      () => this.invalidate(),
      'Axes',
    );
    element.append(
      make(
        'div',
        { class: 'tools' },
        chooser,
        make('p', {
          class: 'hint',
          text: 'Drag along an axis to choose a range, drag its name to move it. Keys on an axis: up and down move the range, with Shift they change its size, left and right move the axis, L switches to a logarithmic one, Escape clears.',
        }),
      ),
      this.#scroll,
      makeTextAlternative('The lines as a table', ['Run', 'Objective and settings'], () => this.#rows()),
    );
    store.on(['hover'], () => this.#drawHovered());
    this.#listen();
  }

  /** As many of the most important as there is room for, beside the objective. */
  #firstKeys(): string[] {
    const room = Math.max(3, Math.floor((this.element.clientWidth - 2 * edge) / leastSpace) + 1);
    const { objective, parameters } = this.data;
    // Beside the settings what costs, and of a sweep under way where its trials stand.
    const others = ['metric:parameters', 'metric:latest'].filter((key) => this.data.column(key)?.differs);
    const all = [...parameters.map(({ key }) => key), ...others];
    return [...all.slice(0, Math.min(room, 12) - 1), ...(objective === undefined ? [] : [objective.key])];
  }

  protected draw(): void {
    if (!this.#isChosen && this.#builtOf !== this.data) this.#keys = this.#firstKeys();
    const room = this.#scroll.clientWidth;
    this.#width = Math.max(room, 2 * edge + (this.#keys.length - 1) * leastSpace);
    const built = JSON.stringify([this.#keys, [...this.#log], this.#width, themeColour('--card')]);
    if (built !== this.#built || this.#builtOf !== this.data) this.#build(this.#width, built);
    this.#drawLines();
    // Paper does not scroll.
    this.#stage.style.zoom = isOnPaper() ? String(Math.min(1, room / this.#width)) : '';
    for (const { handle } of this.#axes) handle.showBrush();
  }

  #build(width: number, built: string): void {
    this.#built = built;
    this.#builtOf = this.data;
    const focused = this.#axes.find(({ handle }) => handle.hasFocus())?.scale.column.key;
    this.#stage.style.width = `${width}px`;
    const space = this.#keys.length > 1 ? (width - 2 * edge) / (this.#keys.length - 1) : 0;
    this.#axes = this.#keys.flatMap((key, i) => {
      const column = this.data.column(key);
      if (column === undefined) return [];
      const log = this.#log.get(key) ?? (column.kind === 'number' && column.log);
      const scale = makeAxisScale(column, log);
      const x = edge + i * space;
      const handle = new ParallelAxis(this.store, scale, {
        top: headHeight,
        none: headHeight + plotHeight + noneBelow,
        height: plotHeight,
        x,
        space: Math.max(leastSpace, space),
        move: (by) => this.#move(key, by),
        toggleLog: () => {
          if (column.kind !== 'number') return;
          this.#log.set(key, !log);
          this.invalidate();
        },
        dropAt: (px) => this.#drop(key, px),
      });
      return [{ scale, handle, x }];
    });
    this.#handles.replaceChildren(...this.#axes.map(({ handle }) => handle.element));
    if (focused !== undefined) this.#axes.find(({ scale }) => scale.column.key === focused)?.handle.focus();
  }

  #move(key: string, by: -1 | 1): void {
    const at = this.#keys.indexOf(key);
    const to = at + by;
    if (to < 0 || to >= this.#keys.length) return;
    this.#isChosen = true;
    this.#keys.splice(at, 1);
    this.#keys.splice(to, 0, key);
    this.invalidate();
  }

  /** The axis was let go of at `x`: it goes where its neighbours leave room. */
  #drop(key: string, x: number): void {
    const others = this.#axes.filter(({ scale }) => scale.column.key !== key);
    const to = others.filter((axis) => axis.x < x).length;
    this.#isChosen = true;
    this.#keys = others.map(({ scale }) => scale.column.key);
    this.#keys.splice(to, 0, key);
    this.invalidate();
  }

  #drawLines(): void {
    const context = this.#layers.begin(this.#width, headHeight + plotHeight + footHeight);
    const { store, data } = this;
    const { isDragging } = store;
    context.lineWidth = 1;
    context.lineJoin = 'bevel';
    if (store.isFiltered) {
      // A trace of what is filtered away: a sample is enough to see where it went.
      const left = Array.from({ length: data.count }, (_, run) => run).filter(
        (run) => store.shown[run] === 0,
      );
      const stride = Math.max(1, Math.ceil(left.length / (isDragging ? this.#budget.lines / 3 : 250)));
      const traces = new Path2D();
      for (let i = 0; i < left.length; i += stride) this.#addLine(traces, left[i]!);
      context.globalAlpha = 0.55;
      context.strokeStyle = themeColour('--line');
      context.stroke(traces);
    }
    const paths = Array.from({ length: colourSteps + 1 }, () => new Path2D());
    // While a range is dragged a sample of many lines follows, the best among them: all of them could not keep up.
    const step = isDragging ? Math.max(1, Math.ceil(store.shownCount / this.#budget.lines)) : 1;
    if (isDragging) this.#budget.measure(store.shownCount / step);
    let place = store.shownCount;
    for (const run of store.shownWorstFirst())
      if (--place % step === 0) this.#addLine(paths[store.colourBuckets[run]! + 1]!, run);
    const many = store.shownCount > 150;
    context.globalAlpha = store.shownCount > 400 ? 0.32 : many ? 0.5 : 0.85;
    // Up to one pixel a line is drawn as it goes; beyond, its outline is filled, which takes many times as long.
    context.lineWidth = many || isDragging ? 1 : 1.5;
    for (const [i, path] of paths.entries()) {
      context.strokeStyle = i === 0 ? themeColour('--ink-3') : scaleColour((i - 1) / (colourSteps - 1));
      context.stroke(path);
    }
    context.globalAlpha = 1;
    this.#drawHovered();
  }

  #addLine(path: Path2D, run: number): void {
    let begun = false;
    for (const { scale, x } of this.#axes) {
      const y = headHeight + heightOf(scale, run);
      if (begun) path.lineTo(x, y);
      else path.moveTo(x, y);
      begun = true;
    }
  }

  #drawHovered(): void {
    if (this.#layers.width === 0) return;
    const { hovered, marked } = this.store;
    const context = this.#layers.beginAbove(marked.length === 0);
    if (context === undefined) return;
    for (const run of marked) {
      const path = new Path2D();
      this.#addLine(path, run);
      strokeMarked(context, path, run === hovered, 1);
    }
  }

  #listen(): void {
    this.#stage.addEventListener('pointermove', (event) => {
      if (event.buttons !== 0 || (event.target as Element).closest('.axis-track') !== null) return;
      const { left, top } = this.#stage.getBoundingClientRect();
      const run = this.#runAt(event.clientX - left, event.clientY - top - headHeight);
      this.store.setHovered(run);
      if (run === undefined) this.tip.hide();
      else this.tip.show(run, event.clientX, event.clientY);
    });
    this.#stage.addEventListener('pointerleave', () => {
      this.store.setHovered(undefined);
      this.tip.hide();
    });
    this.#stage.addEventListener('click', (event) => {
      if (this.store.hovered !== undefined && (event.target as Element).closest('.axis') === null)
        this.store.togglePinned(this.store.hovered);
    });
  }

  /** The line that passes nearest between the two axes around `x`. */
  #runAt(x: number, y: number): number | undefined {
    const right = this.#axes.findIndex((axis) => axis.x >= x);
    const [a, b] = [this.#axes[right - 1], this.#axes[right]];
    if (a === undefined || b === undefined) return undefined;
    const share = (x - a.x) / (b.x - a.x || 1);
    let best: number | undefined;
    let least = 9;
    for (const run of this.store.shownWorstFirst()) {
      const [from, to] = [heightOf(a.scale, run), heightOf(b.scale, run)];
      const distance = Math.abs(from + (to - from) * share - y);
      if (distance <= least) [best, least] = [run, distance];
    }
    return best;
  }

  #rows(): string[][] {
    return [...this.store.shownWorstFirst()]
      .reverse()
      .map((run) => [
        this.data.name(run),
        this.#axes
          .map(({ scale: { column } }) => `${column.label} ${this.data.text(column, run)}`)
          .join(', '),
      ]);
  }
}

/**
 * How far below the top of an axis a run's line passes. Runs of one category fan out a little, else they would be one line;
 * those without a value pass below the axis, so that their lines go on to the next.
 */
function heightOf({ column, places, ticks }: AxisScale, run: number): number {
  const place = places[run]!;
  if (Number.isNaN(place)) return plotHeight + noneBelow;
  const fan = column.kind === 'category' ? ((((run * 7919) % 101) / 100 - 0.5) * 0.55) / ticks.length : 0;
  return (1 - place - fan) * plotHeight;
}
