/** The command that makes any run again. */
import { make, makeButton, makeSelect, fillSelect } from './dom.js';
import { copyText } from './copy-text.js';
import { runLabel } from './pair-picker.js';
import type { SelectionStore } from './selection-store.js';

/** Options in one list: a thousand open slowly on a phone. */
const mostOffered = 200;

export function makeReproduction(element: HTMLElement, store: SelectionStore): void {
  const { data } = store;
  const code = make('code');
  const show = (run: number): void => void (code.textContent = data.page.runs.commands[run] ?? '');
  const choices = () => {
    const shown = [...store.shownWorstFirst()].reverse().slice(0, mostOffered);
    return [...new Set([...store.pinned, ...shown])].map((run) => ({
      value: String(run),
      label: runLabel(store, run),
    }));
  };
  const { box, select } = makeSelect('Run', choices(), '0', (value) => show(Number(value)));
  store.on(['filter', 'pins'], () => {
    const kept = select.value;
    fillSelect(select, choices(), kept);
    if (select.value === '') {
      select.selectedIndex = 0;
      if (select.value !== '') show(Number(select.value));
    }
  });
  const button = makeButton('Copy', 'copy', () => {
    void copyText(code).then(() => {
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1600);
    });
  });
  element.replaceChildren(
    make('div', { class: 'tools' }, box),
    make(
      'div',
      { class: 'card command' },
      make('pre', { tabindex: 0, role: 'region', 'aria-label': 'Command of the chosen run' }, code),
      button,
    ),
  );
  show(0);
}
