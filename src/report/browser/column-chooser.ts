/** A list of columns to tick, in groups; those that are the same in all runs only when asked for. */
import type { ColumnGroup, PageColumn } from '../comparison/page-data.js';
import { make, makeToggle } from './dom.js';

const groupNames: Readonly<Record<ColumnGroup, string>> = {
  metric: 'Metrics',
  time: 'Time',
  setting: 'Settings',
  run: 'Run',
};

export function makeColumnChooser(
  columns: () => readonly PageColumn[],
  isShown: (key: string) => boolean,
  show: (key: string, shown: boolean) => void,
  changed: () => void,
  title = 'Columns',
): HTMLElement {
  const lists = make('div', { class: 'chooser-lists' });
  let onlyDiffering = true;
  const fill = (): void => {
    lists.replaceChildren();
    for (const group of Object.keys(groupNames) as ColumnGroup[]) {
      const members = columns().filter(
        (column) => column.group === group && (column.differs || !onlyDiffering || isShown(column.key)),
      );
      if (members.length === 0) continue;
      const boxes = members.map((column) => {
        const box = make('input', { type: 'checkbox' });
        box.checked = isShown(column.key);
        box.addEventListener('change', () => {
          show(column.key, box.checked);
          changed();
        });
        return make('label', {}, box, make('span', { text: column.label }));
      });
      lists.append(make('fieldset', {}, make('legend', { text: groupNames[group] }), ...boxes));
    }
  };
  const toggle = makeToggle('Only what differs', true, (pressed) => {
    onlyDiffering = pressed;
    fill();
  });
  const details = make(
    'details',
    { class: 'chooser' },
    make('summary', { class: 'tool', text: title }),
    make('div', { class: 'chooser-panel card' }, toggle, lists),
  );
  details.addEventListener('toggle', () => {
    if (details.open) fill();
  });
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary')?.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (details.open && !details.contains(event.target as Node)) details.open = false;
  });
  return details;
}
