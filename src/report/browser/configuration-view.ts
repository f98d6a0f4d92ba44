/** The configurations of the two chosen runs as one YAML text, what differs marked. */
import { configDifference } from '../comparison/statistics/config-difference.js';
import { configurationOf } from './configuration-of.js';
import { make, makeToggle } from './dom.js';
import { makePairPicker } from './pair-picker.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

/** Lines around a change that are shown with it. */
const context = 2;

export class ConfigurationView extends View {
  readonly #code = make('code');
  readonly #summary = make('p', { class: 'hint', 'aria-live': 'polite' });
  #whole = false;

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['pair']);
    const tools = makePairPicker(store, () => true);
    tools.append(
      makeToggle('Whole configuration', false, (pressed) => {
        this.#whole = pressed;
        this.invalidate();
      }),
    );
    element.append(
      tools,
      this.#summary,
      make(
        'div',
        {
          class: 'scroll card code-box',
          tabindex: 0,
          role: 'region',
          'aria-label': 'Configurations of A and B',
        },
        make('pre', { class: 'code' }, this.#code),
      ),
    );
  }

  protected draw(): void {
    const [a, b] = this.store.pair;
    const [before, after] = [configurationOf(this.data.rest, a), configurationOf(this.data.rest, b)];
    const { changes, lines } = configDifference(before, after);
    this.#summary.textContent =
      changes.length === 0
        ? `${this.data.name(a)} and ${this.data.name(b)} are configured alike.`
        : `${changes.length} ${changes.length === 1 ? 'setting differs' : 'settings differ'}: minus is ${this.data.name(a)}, plus ${this.data.name(b)}.`;
    const shown = lines.map(
      (_, i) =>
        this.#whole ||
        lines.slice(Math.max(0, i - context), i + context + 1).some(({ mark }) => mark !== 'same'),
    );
    const children: Node[] = [];
    for (const [i, { indent, text, mark }] of lines.entries()) {
      if (shown[i] === false) {
        if (shown[i - 1] !== false) children.push(make('span', { class: 'line line-gap', text: '⋯\n' }));
        continue;
      }
      const sign = mark === 'added' ? '+' : mark === 'removed' ? '−' : ' ';
      const tag = mark === 'added' ? 'ins' : mark === 'removed' ? 'del' : 'span';
      const key = /^(?:- )*[^\s:{["]+:(?= |$)/.exec(text)?.[0] ?? '';
      children.push(
        make(
          tag,
          { class: `line line-${mark}` },
          `${sign} ${'  '.repeat(indent)}`,
          make('span', { class: 'yaml-key', text: key }),
          `${text.slice(key.length)}\n`,
        ),
      );
    }
    this.#code.replaceChildren(...children);
  }
}
