/** A column of the page as the statistics know settings, and the objective of the runs that are shown. */
import type { PageColumn } from '../comparison/page-data.js';
import type { VaryingSetting } from '../comparison/statistics/varying-settings.js';
import type { SelectionStore } from './selection-store.js';

export function settingOf(column: PageColumn): VaryingSetting {
  const facts = { path: column.label, inSpace: false };
  return column.kind === 'number'
    ? { ...facts, kind: column.log ? 'log-number' : 'number', values: column.values, categories: [] }
    : {
        ...facts,
        kind: 'category',
        values: column.values.map((value) => (value < 0 ? null : value)),
        categories: column.categories,
      };
}

/** By run; null: has no result, or is not shown. */
export function shownObjective({ data, shown }: SelectionStore): (number | null)[] {
  return Array.from({ length: data.count }, (_, run) =>
    shown[run] === 1 ? (data.objective?.values[run] ?? null) : null,
  );
}
