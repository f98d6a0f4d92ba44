/** A part of the page that draws itself when it can be seen: what changes out of sight waits. */
import type { Change, SelectionStore } from './selection-store.js';
import type { RunData } from './run-data.js';

const all = new Set<View>();
/** Milliseconds without a change after which what is not seen follows. */
const pause = 120;
/** And while a brush is dragged all but the view under it: longer than a slow machine takes from one move to the next. */
export const dragPause = 400;

export abstract class View {
  #onScreen = false;
  #dirty = true;
  #frame = 0;
  /** In whole CSS pixels, when it was last drawn. */
  #drawnWidth = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** What is read aloud must be right even where it isn't seen. */
  protected drawsUnseen = false;
  /** Draws while a brush is dragged, too; others wait for a pause in it. */
  protected answersAtOnce = false;
  /** Reading a width has the browser lay the page out at once: what is drawn the same in any does without. */
  protected followsWidth = true;

  protected constructor(
    readonly element: HTMLElement,
    protected readonly store: SelectionStore,
    changes: readonly Change[],
  ) {
    element.replaceChildren();
    store.on([...changes, 'data', 'theme'], () => this.invalidate());
    new IntersectionObserver(
      (entries) => {
        // Of several since the last time the newest counts.
        this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
        if (this.#onScreen && this.#dirty) this.invalidate();
      },
      { rootMargin: '200px' },
    ).observe(element);
    new ResizeObserver(() => {
      // The first time it is seen as it was drawn.
      if (this.followsWidth && element.clientWidth !== this.#drawnWidth) this.invalidate();
    }).observe(element);
    all.add(this);
  }

  protected get data(): RunData {
    return this.store.data;
  }

  protected abstract draw(): void;

  /** Draws with the next picture, or once it can be seen. */
  protected invalidate(): void {
    this.#dirty = true;
    if (this.#frame !== 0 || (!this.#onScreen && !this.drawsUnseen)) return;
    if (!this.#onScreen || (this.store.isDragging && !this.answersAtOnce)) {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#drawNext(), this.store.isDragging ? dragPause : pause);
    } else this.#drawNext();
  }

  #drawNext(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.drawNow();
    });
  }

  drawNow(): void {
    if (this.followsWidth) {
      this.#drawnWidth = this.element.clientWidth;
      // Kept for when it is shown.
      if (this.#drawnWidth === 0) return;
    }
    this.#dirty = false;
    clearTimeout(this.#pause);
    this.draw();
  }
}

/** Before printing. */
export function drawAllViews(): void {
  for (const view of all) view.drawNow();
}
