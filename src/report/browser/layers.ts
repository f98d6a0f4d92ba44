/** Two canvases in one place: what rarely changes below, what follows the pointer above. Sizes itself to its box. */
import { make, sizeCanvas } from './dom.js';

export class Layers {
  readonly box = make('div', { class: 'layers' });
  readonly #below = make('canvas', { 'aria-hidden': 'true' });
  readonly #above = make('canvas', { 'aria-hidden': 'true' });
  width = 0;
  height = 0;
  #aboveIsEmpty = true;

  constructor() {
    this.box.append(this.#below, this.#above);
  }

  /** Empties the lower canvas and gives it a size. */
  begin(width: number, height: number): CanvasRenderingContext2D {
    this.width = width;
    this.height = height;
    if (this.box.clientHeight !== height) this.box.style.height = `${height}px`;
    return sizeCanvas(this.#below, width, height);
  }

  /** Empties the upper canvas; nothing is returned where nothing will be drawn. */
  beginAbove(isEmpty: boolean): CanvasRenderingContext2D | undefined {
    // Most of the time nothing is pointed at: a canvas that isn't touched costs nothing.
    if (isEmpty && this.#aboveIsEmpty) return undefined;
    this.#aboveIsEmpty = isEmpty;
    const context = sizeCanvas(this.#above, this.width, this.height);
    return isEmpty ? undefined : context;
  }
}
