/** What is shown and why, above everything: the filter box, the brushes as chips, the metric that colours. */
import { formatCount } from '../../core/format-units.js';
import { brushInWords } from './brush.js';
import { fillSelect, make, makeButton, makeSelect } from './dom.js';
import { makeScaleKey } from './scale-key.js';
import type { SelectionStore } from './selection-store.js';
import { dragPause } from './view.js';

export function makeSelectionBar(element: HTMLElement, store: SelectionStore): void {
  element.replaceChildren();
  const input = make('input', {
    type: 'search',
    placeholder: 'accuracy > 0.98 adam',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'filter-help',
  });
  const box = make('label', { class: 'search' }, make('span', { text: 'Filter' }), input);
  const help = make('p', {
    id: 'filter-help',
    class: 'visually-hidden',
    text: 'Words that must occur, a minus before those that must not, and comparisons such as accuracy > 0.98 or kind = adam.',
  });
  const count = make('output', { class: 'count', 'aria-live': 'polite' });
  const chips = make('div', { class: 'chips' });
  input.addEventListener('input', () => store.setSearch(input.value));
  const metrics = () =>
    store.data.page.columns
      .filter(
        ({ kind, differs, group }) =>
          kind === 'number' && differs && (group === 'metric' || group === 'time'),
      )
      .map(({ key, label }) => ({ value: key, label }));
  let offered = metrics();
  const colour = makeSelect('Colour', offered, store.colourBy?.key ?? '', (key) => store.setColour(key));
  const pick = make('div', { class: 'colour-pick' }, colour.box, makeScaleKey(store, false));
  element.append(box, help, count, chips, pick);
  // Where nothing was measured, or all measured the same, no colour tells anything.
  pick.hidden = offered.length === 0;

  const showCount = (): void => {
    const { data } = store;
    const all = `${formatCount(data.count)} ${data.count === 1 ? 'run' : 'runs'}`;
    const text = store.isFiltered ? `${formatCount(store.shownCount)} of ${all}` : all;
    const unknown = store.unknownFields[0];
    count.textContent = unknown === undefined ? text : `${text} · no column is called “${unknown}”`;
    if (input.value !== store.search) input.value = store.search;
  };
  let said = '';
  const showChips = (): void => {
    const { data } = store;
    const wanted = [
      ...[...store.brushes].map(([key, brush]) => {
        const column = data.column(key);
        return makeChip(`${shortLabel(column?.label ?? key)} ${brushInWords(brush, column)}`, () =>
          store.setBrush(key, undefined),
        );
      }),
      ...(store.hidden.size > 0
        ? [
            makeChip(`${store.hidden.size} hidden`, () => {
              for (const run of [...store.hidden]) store.setHidden(run, false);
            }),
          ]
        : []),
      ...(store.isFiltered ? [makeButton('Show all', 'tool', () => store.reset())] : []),
    ];
    const now = wanted.map(({ textContent }) => textContent).join('\n');
    if (now === said) return;
    said = now;
    // A finger that took one away would have a keyboard come up over the page.
    const at = [...chips.children].findIndex((chip) => chip.matches(':focus-visible'));
    chips.replaceChildren(...wanted);
    // Whoever takes one filter after another away by keys stays among them, and comes to the box after the last.
    if (at >= 0) (wanted[Math.min(at, wanted.length - 1)] ?? input).focus({ preventScroll: true });
  };
  store.on(['data'], () => {
    const now = metrics();
    if (now.map(({ value }) => value).join() !== offered.map(({ value }) => value).join())
      fillSelect(colour.select, (offered = now), store.colourBy?.key ?? '');
    pick.hidden = offered.length === 0;
  });
  store.on(['colour'], () => (colour.select.value = store.colourBy?.key ?? ''));
  let pause: ReturnType<typeof setTimeout> | undefined;
  store.on(['filter'], () => {
    showCount();
    clearTimeout(pause);
    // A chip that comes may move the page: not under somebody's drag.
    if (store.isDragging) pause = setTimeout(showChips, dragPause);
    else showChips();
  });
  showCount();
  showChips();
}

function makeChip(text: string, remove: () => void): HTMLButtonElement {
  const button = makeButton(text, 'chip', remove);
  button.setAttribute('aria-label', `Remove the filter ${text}`);
  return button;
}

export function shortLabel(label: string): string {
  return label.slice(label.lastIndexOf('.') + 1);
}
