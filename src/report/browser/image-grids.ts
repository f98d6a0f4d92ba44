/** Test images that tell the two chosen runs apart, and those that every evaluated run gets wrong. */
import { disagreements } from '../comparison/statistics/disagreements.js';
import { listed } from '../views/format.js';
import { bytesOf, wordsOf } from './decode.js';
import { make } from './dom.js';
import { evaluatedRuns, judgedPair, judgedRun, type JudgedRun } from './evaluations.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';
import type { PageImages } from '../comparison/page-data.js';

const mostShown = 18;

export class ImageGrids extends View {
  readonly #labels: readonly number[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #pixels: Uint8Array;
  readonly #sentence = make('p', { class: 'hint', 'aria-live': 'polite' });
  readonly #grids = make('div', { class: 'image-grids' });

  constructor(
    element: HTMLElement,
    store: SelectionStore,
    private readonly images: PageImages,
  ) {
    super(element, store, ['pair']);
    this.#labels = [...wordsOf(images.labels)];
    this.#places = new Map(images.indices.map((index, place) => [index, place]));
    this.#pixels = bytesOf(images.pixels);
    element.append(this.#sentence, this.#grids);
  }

  protected draw(): void {
    const { images } = this;
    const comparable = (one: JudgedRun | undefined): one is JudgedRun =>
      one?.evaluation.data === images.data && one.predicted.length === this.#labels.length;
    const pair = judgedPair(this.data, this.store.pair);
    const [a, b] = pair.filter(comparable);
    const all = evaluatedRuns(this.data)
      .map((run) => judgedRun(this.data, run))
      .filter(comparable);
    this.#sentence.textContent = this.#judgedOnOthers(pair.filter((one) => !comparable(one)));
    const grids: HTMLElement[] = [];
    if (a !== undefined && b !== undefined) {
      const { divided } = disagreements([a.predicted, b.predicted], this.#labels);
      const names = [a, b].map(({ run }) => this.data.name(run));
      for (const [right, wrong, name] of [
        [0, 1, 'A right, B wrong'],
        [1, 0, 'B right, A wrong'],
      ] as const) {
        const found = divided.filter(({ label, predicted }) => predicted[right] === label);
        grids.push(
          this.#grid(
            name,
            `that ${names[right]!} gets right and ${names[wrong]!} wrong`,
            found.map(({ index, predicted }) => [index, predicted[wrong]!]),
            a,
          ),
        );
      }
    }
    const { allWrong } = disagreements(
      all.map(({ predicted }) => predicted),
      this.#labels,
    );
    const [any] = all;
    if (any !== undefined)
      grids.push(
        this.#grid(
          all.length === 1 ? 'Wrong' : `All ${all.length} wrong`,
          '– hard, or wrongly labelled',
          allWrong.map(({ index, predicted }) => [index, predicted[0]!]),
          any,
        ),
      );
    this.#grids.replaceChildren(...grids);
  }

  /** The page holds those images alone that the best run was judged on. */
  #judgedOnOthers(runs: readonly JudgedRun[]): string {
    if (runs.length === 0) return '';
    const names = [...new Set(runs.map(({ run }) => this.data.name(run)))];
    return `This page holds no images that ${listed(names)} ${names.length === 1 ? 'was' : 'were'} judged on.`;
  }

  #grid(
    title: string,
    note: string,
    found: readonly (readonly [number, number])[],
    { classes }: JudgedRun,
  ): HTMLElement {
    const shown = found.filter(([index]) => this.#places.has(index)).slice(0, mostShown);
    const items = shown.map(([index, said]) => {
      const label = classes[this.#labels[index]!] ?? '';
      const words = `test image ${index}: ${label}, taken for ${classes[said] ?? ''}`;
      return make(
        'li',
        { title: words },
        this.#picture(index, words),
        make(
          'span',
          { class: 'image-label', 'aria-hidden': 'true' },
          make('b', { text: label }),
          ' → ',
          make('em', { text: classes[said] ?? '' }),
        ),
      );
    });
    const count = found.length === shown.length ? String(found.length) : `${shown.length} of ${found.length}`;
    const text = `${count} ${found.length === 1 ? 'image' : 'images'} ${note}`;
    return make(
      'div',
      { class: 'card image-grid' },
      make('h3', { text: title }),
      make('p', { class: 'hint', text: found.length === 0 ? 'There are none.' : text }),
      ...(items.length === 0 ? [] : [make('ul', {}, ...items)]),
    );
  }

  #picture(index: number, words: string): HTMLCanvasElement {
    const [height, width, channels] = this.images.shape;
    const canvas = make('canvas', { width, height, role: 'img', 'aria-label': words });
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(width, height);
    const start = this.#places.get(index)! * height * width * channels;
    for (let i = 0; i < height * width; i++) {
      const at = start + i * channels;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = this.#pixels[at + (channels >= 3 ? c : 0)]!;
      image.data[4 * i + 3] =
        channels === 4 ? this.#pixels[at + 3]! : channels === 2 ? this.#pixels[at + 1]! : 255;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }
}
