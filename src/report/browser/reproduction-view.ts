/** The command that makes any run again. */
import { make, makeButton, makeSelect, fillSelect, type Choice } from './dom.js';
import { copyText } from './copy-text.js';
import { runLabel } from './pair-picker.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

/** Options in one list: a thousand open slowly on a phone. */
const mostOffered = 200;

export class ReproductionView extends View {
  readonly #code = make('code');
  readonly #select: HTMLSelectElement;
  /** Whose command it is. */
  #shown = 0;

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['filter', 'pins']);
    this.drawsUnseen = true;
    this.followsWidth = false;
    const { box, select } = makeSelect('Run', [], '0', (value) => this.#show(Number(value)));
    this.#select = select;
    const button = makeButton('Copy', 'copy', () => {
      void copyText(this.#code).then(() => {
        button.textContent = 'Copied';
        setTimeout(() => (button.textContent = 'Copy'), 1600);
      });
    });
    element.append(
      make('div', { class: 'tools' }, box),
      make(
        'div',
        { class: 'card command' },
        make('pre', { tabindex: 0, role: 'region', 'aria-label': 'Command of the chosen run' }, this.#code),
        button,
      ),
    );
    this.#show(0);
  }

  /** Runs that are shown, the best first; the chosen one stays chosen as long as it is among them. */
  protected draw(): void {
    const select = this.#select;
    fillSelect(select, this.#choices(), String(this.#shown));
    if (select.value === '') select.selectedIndex = 0;
    if (select.selectedIndex >= 0 && Number(select.value) !== this.#shown) this.#show(Number(select.value));
  }

  #choices(): Choice[] {
    const { store } = this;
    const shown = [...store.shownWorstFirst()].reverse().slice(0, mostOffered);
    return [...new Set([...store.pinned, ...shown])].map((run) => ({
      value: String(run),
      label: runLabel(store, run),
    }));
  }

  #show(run: number): void {
    this.#shown = run;
    this.#code.textContent = this.data.rest.commands[run] ?? '';
  }
}
