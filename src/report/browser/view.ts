/** A part of the page that draws itself when it can be seen: what changes out of sight waits. */
import type { Change, SelectionStore } from './selection-store.js';
import type { RunData } from './run-data.js';

const all = new Set<View>();
/** Milliseconds without a change, while a brush is dragged, after which all views follow it. */
const pause = 120;

export abstract class View {
  protected readonly data: RunData;
  #onScreen = false;
  #dirty = true;
  #frame = 0;
  #width = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** What is read aloud must be right even where it isn't seen. */
  protected drawsUnseen = false;
  /** Draws while a brush is dragged, too; others wait for a pause in it. */
  protected answersAtOnce = false;

  protected constructor(
    readonly element: HTMLElement,
    protected readonly store: SelectionStore,
    changes: readonly Change[],
  ) {
    this.data = store.data;
    element.replaceChildren();
    store.on([...changes, 'theme'], () => this.invalidate());
    new IntersectionObserver(
      (entries) => {
        // Of several since the last time the newest counts.
        this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
        if (this.#onScreen && this.#dirty) this.invalidate();
      },
      { rootMargin: '200px' },
    ).observe(element);
    new ResizeObserver((entries) => {
      const width = entries.at(-1)?.contentRect.width ?? 0;
      if (Math.abs(width - this.#width) < 1) return;
      this.#width = width;
      this.invalidate();
    }).observe(element);
    all.add(this);
  }

  protected abstract draw(): void;

  /** Draws with the next picture, or once it can be seen. */
  protected invalidate(): void {
    this.#dirty = true;
    if (this.#frame !== 0 || (!this.#onScreen && !this.drawsUnseen)) return;
    if (!this.#onScreen || (this.store.isDragging && !this.answersAtOnce)) {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#drawNext(), pause);
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
    this.#dirty = false;
    if (this.element.clientWidth > 0) this.draw();
  }
}

/** Before printing. */
export function drawAllViews(): void {
  for (const view of all) view.drawNow();
}
