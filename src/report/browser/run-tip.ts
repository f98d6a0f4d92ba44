/** The box that names the run under the pointer; one for the whole page. */
import { make } from './dom.js';
import { formatNumber } from './format.js';
import type { SelectionStore } from './selection-store.js';
import { shortLabel } from './selection-bar.js';

export class RunTip {
  readonly #box = make('div', { class: 'run-tip', hidden: true, 'aria-hidden': 'true' });

  constructor(private readonly store: SelectionStore) {
    document.body.append(this.#box);
  }

  /** Beside a point of the window; `lines` are of the view that shows it. */
  show(run: number, x: number, y: number, lines: readonly (readonly [string, string])[] = []): void {
    const { data } = this.store;
    const objective = data.objective;
    const drawn = data.parameters
      .slice(0, 4)
      .map((column) => [shortLabel(column.label), data.text(column, run)] as const);
    const all = [
      ...(objective === undefined || lines.some(([label]) => label === objective.label)
        ? []
        : [[objective.label, formatNumber(objective.values[run] ?? null, objective.format)] as const]),
      ...lines,
      ...drawn.filter(([label]) => !lines.some(([shown]) => shortLabel(shown) === label)),
    ];
    this.#box.replaceChildren(
      make('b', { text: data.name(run) }),
      make(
        'dl',
        {},
        ...all.map(([label, value]) =>
          make('div', {}, make('dt', { text: label }), make('dd', { text: value })),
        ),
      ),
    );
    this.#box.hidden = false;
    const { offsetWidth, offsetHeight } = this.#box;
    const left = x + 16 + offsetWidth > window.innerWidth ? x - 16 - offsetWidth : x + 16;
    const top = Math.min(window.innerHeight - offsetHeight - 8, Math.max(8, y - offsetHeight / 2));
    this.#box.style.left = `${Math.max(8, left)}px`;
    this.#box.style.top = `${top}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}
