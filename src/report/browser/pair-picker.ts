/** Two lists to choose the runs from that are compared, A and B; what one chooses holds for the whole page. */
import { fillSelect, make, makeSelect, type Choice } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import { formatNumber } from './format.js';

/** Of a thousand the best are offered; others come by the table's keys. */
const mostOffered = 100;

export function makePairPicker(store: SelectionStore, offered: (run: number) => boolean): HTMLElement {
  const { data } = store;
  const choices = (): Choice[] => {
    const all = Array.from({ length: data.count }, (_, run) => run).filter(offered);
    const best = new Set([
      ...all.slice(0, mostOffered),
      ...all.filter((run) => store.pair.includes(run) || store.pinned.has(run)),
    ]);
    return [...best].map((run) => ({ value: String(run), label: runLabel(store, run) }));
  };
  const selects = ([0, 1] as const).map((place) =>
    makeSelect('AB'[place]!, choices(), String(store.pair[place]), (value) =>
      store.setPair(place, Number(value)),
    ),
  );
  store.on(['pair', 'pins'], () => {
    for (const [place, { select }] of selects.entries())
      fillSelect(select, choices(), String(store.pair[place as 0 | 1]));
  });
  return make('div', { class: 'tools' }, ...selects.map(({ box }) => box));
}

export function runLabel({ data }: SelectionStore, run: number): string {
  const { objective } = data;
  const value = objective?.values[run] ?? null;
  return value === null || objective === undefined
    ? data.name(run)
    : `${data.name(run)} · ${formatNumber(value, objective.format)}`;
}
