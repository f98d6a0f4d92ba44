/** F1 of each class in each run that was evaluated: which classes are hard, and for which networks. */
import { scaleRgb } from './colours.js';
import { make } from './dom.js';
import { evaluatedRuns, judgedRun } from './evaluations.js';
import { makeScaleStrip } from './scale-key.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

export class ClassHeatMap extends View {
  readonly #box = make('div', {
    class: 'scroll card heat-box',
    tabindex: 0,
    role: 'region',
    'aria-label': 'F1 by class and run',
  });

  readonly #key = make('p', { class: 'key' });

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, []);
    element.append(this.#box, this.#key);
    this.#box.addEventListener('pointerover', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('tr[data-run]');
      store.setHovered(row === null ? undefined : Number(row.dataset['run']));
    });
    this.#box.addEventListener('pointerleave', () => store.setHovered(undefined));
  }

  protected draw(): void {
    const judged = evaluatedRuns(this.data).flatMap((run) => judgedRun(this.data, run) ?? []);
    const [first] = judged;
    if (first === undefined) return;
    const alike = judged.filter(({ evaluation }) => evaluation.data === first.evaluation.data);
    const all = alike.flatMap(({ evaluation }) => evaluation.f1);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    this.#key.replaceChildren(makeScaleStrip(low.toFixed(3), high.toFixed(3)));
    const rows = alike.map(({ run, evaluation }) =>
      make(
        'tr',
        { 'data-run': run },
        make('th', { scope: 'row', text: this.data.name(run) }),
        ...evaluation.f1.map((f1) => {
          const cell = make('td', { text: f1.toFixed(3) });
          const [r, g, b] = scaleRgb((f1 - low) / (high - low || 1));
          cell.style.background = `rgb(${r},${g},${b})`;
          cell.style.color = luminance(r, g, b) > 0.179 ? '#000' : '#fff';
          return cell;
        }),
      ),
    );
    const head = make(
      'tr',
      {},
      make('td', {}),
      ...first.classes.map((name) => make('th', { scope: 'col', text: name })),
    );
    this.#box.replaceChildren(
      make('table', { class: 'heat' }, make('thead', {}, head), make('tbody', {}, ...rows)),
    );
  }
}

/** Relative luminance (WCAG 2.2): above 0.179 black has the greater contrast. */
function luminance(...rgb: [number, number, number]): number {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
