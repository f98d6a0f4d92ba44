/** Two canvases in one place: what rarely changes below, what follows the pointer above. Sizes itself to its box. */
import { make, sizeCanvas } from './dom.js';

export class Layers {
  readonly box = make('div', { class: 'layers' });
  readonly #below = make('canvas', { 'aria-hidden': 'true' });
  readonly #above = make('canvas', { 'aria-hidden': 'true' });
  width = 0;
  height = 0;

  constructor() {
    this.box.append(this.#below, this.#above);
  }

  /** Empties the lower canvas and gives it a size. */
  begin(width: number, height: number): CanvasRenderingContext2D {
    this.width = width;
    this.height = height;
    this.box.style.height = `${height}px`;
    sizeCanvas(this.#above, width, height);
    return sizeCanvas(this.#below, width, height);
  }

  /** Empties the upper canvas. */
  beginAbove(): CanvasRenderingContext2D {
    return sizeCanvas(this.#above, this.width, this.height);
  }
}
