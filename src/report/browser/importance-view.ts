/** How much each setting mattered, as bars. The shares are computed when the page is made. */
import { make, makeTextAlternative } from './dom.js';
import type { SelectionStore } from './selection-store.js';

/** More than these are seldom more than noise. */
const mostBars = 12;

export function makeImportance(element: HTMLElement, store: SelectionStore): void {
  const { data } = store;
  const entries = data.page.importance.flatMap(({ column, share }) => {
    const found = data.column(column);
    return found === undefined ? [] : [{ label: found.label, share }];
  });
  const most = Math.max(...entries.map(({ share }) => share), 1e-9);
  const bars = entries.slice(0, mostBars).map(({ label, share }) => {
    const fill = make('i', { class: 'importance-fill' });
    fill.style.width = `${(share / most) * 100}%`;
    return make(
      'li',
      {},
      make('span', { class: 'importance-name', text: label }),
      make('span', { class: 'importance-track', 'aria-hidden': 'true' }, fill),
      make('span', { class: 'importance-share', text: `${Math.round(share * 100)}\u202f%` }),
    );
  });
  element.replaceChildren(
    make('ol', { class: 'importance card' }, ...bars),
    makeTextAlternative('All shares as a table', ['Setting', 'Share'], () =>
      entries.map(({ label, share }) => [label, `${(share * 100).toFixed(1)}\u202f%`]),
    ),
  );
}
