/** What is shown and why, above everything: the filter box, the brushes as chips, the metric that colours. */
import { scaleColour } from './colours.js';
import { make, makeButton, makeSelect } from './dom.js';
import { formatNumber } from './format.js';
import type { Brush, SelectionStore } from './selection-store.js';

export function makeSelectionBar(element: HTMLElement, store: SelectionStore): void {
  const { data } = store;
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
  const metrics = data.page.columns.filter(
    ({ kind, differs, group }) => kind === 'number' && differs && (group === 'metric' || group === 'time'),
  );
  const colour = makeSelect(
    'Colour',
    metrics.map(({ key, label }) => ({ value: key, label })),
    store.colourBy?.key ?? '',
    (key) => store.setColour(key),
  );
  const legend = make('div', { class: 'scale-legend' });
  element.append(box, help, count, chips, make('div', { class: 'colour-pick' }, colour.box, legend));

  const showLegend = (): void => {
    const column = store.colourBy;
    legend.replaceChildren();
    if (column === undefined) return;
    const sorted = column.values.filter((value) => value !== null).sort((a, b) => a - b);
    if (column.goal === 'minimize') sorted.reverse();
    const at = (share: number) =>
      formatNumber(sorted[Math.round(share * (sorted.length - 1))] ?? null, column.format);
    const strip = make('span', { class: 'strip', 'aria-hidden': 'true' });
    const stops = Array.from({ length: 9 }, (_, i) => scaleColour(i / 8));
    strip.style.background = `linear-gradient(90deg, ${stops.join(', ')})`;
    legend.append(make('span', { text: at(0) }), strip, make('span', { text: at(1) }));
    legend.title = `By rank: the middle is the median, ${at(0.5)}`;
  };
  const showCount = (): void => {
    const all = data.count.toLocaleString('en');
    const text = store.isFiltered ? `${store.shownCount.toLocaleString('en')} of ${all} runs` : `${all} runs`;
    const unknown = store.unknownFields[0];
    count.textContent = unknown === undefined ? text : `${text} · no column is called “${unknown}”`;
    if (input.value !== store.search) input.value = store.search;
    chips.replaceChildren(
      ...[...store.brushes].map(([key, brush]) =>
        makeChip(`${shortLabel(data.column(key)?.label ?? key)} ${inWords(store, key, brush)}`, () =>
          store.setBrush(key, undefined),
        ),
      ),
      ...(store.hidden.size > 0
        ? [
            makeChip(`${store.hidden.size} hidden`, () => {
              for (const run of [...store.hidden]) store.setHidden(run, false);
            }),
          ]
        : []),
      ...(store.isFiltered ? [makeButton('Show all', 'tool', () => store.reset())] : []),
    );
  };
  store.on(['filter'], showCount);
  store.on(['colour', 'theme'], showLegend);
  showCount();
  showLegend();
}

function makeChip(text: string, remove: () => void): HTMLButtonElement {
  const button = makeButton(text, 'chip', remove);
  button.setAttribute('aria-label', `Remove the filter ${text}`);
  return button;
}

export function shortLabel(label: string): string {
  return label.slice(label.lastIndexOf('.') + 1);
}

function inWords({ data }: SelectionStore, key: string, brush: Brush): string {
  const column = data.column(key);
  if (column?.kind === 'number' && brush.kind === 'range')
    return `${formatNumber(brush.low, column.format)} to ${formatNumber(brush.high, column.format)}`;
  if (column?.kind === 'category' && brush.kind === 'categories')
    return [...brush.chosen].map((index) => column.categories[index] ?? '').join(', ');
  return '';
}
