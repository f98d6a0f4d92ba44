/** Which columns the table of runs has and in what order its rows come: TanStack Table, with as few features as are used. */
import {
  columnVisibilityFeature,
  constructTable,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  type SortFn,
  type Table,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';
import type { PageColumn } from '../comparison/page-data.js';
import { bySize } from '../comparison/statistics/number-text.js';
import type { SelectionStore } from './selection-store.js';

export type TableModel = Table<typeof features, TableRow>;

interface TableRow {
  readonly run: number;
}

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
});

/** Numbers by size, those written as texts, too; other texts as people count. Runs without a value come last, by `sortUndefined`. */
const compare: SortFn<typeof features, TableRow> = (a, b, column) => {
  const [x, y] = [a.getValue(column), b.getValue(column)];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  return bySize(String(x), String(y), asPeopleCount);
};

/** `trial 9` before `trial 10`. To a collator 0.01 and 0.001 would be alike: it takes what follows the point for a whole number. */
function asPeopleCount(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

/** Made when it is first used: the table should not wait for the letters of all languages. */
let collator: Intl.Collator | undefined;

/** What a reader has chosen of a table. */
export interface TableChoice {
  readonly sorting: TableModel['store']['state']['sorting'];
  /** Whether a column is shown, by key, of those that were ticked or unticked; others as the runs have it. */
  readonly columns: Readonly<Record<string, boolean>>;
}

/** @param kept of the table before, when runs or columns have changed */
export function makeTableModel(store: SelectionStore, kept?: TableChoice): TableModel {
  const { data } = store;
  const helper = createColumnHelper<typeof features, TableRow>();
  const value = (column: PageColumn, run: number) =>
    column.kind === 'number'
      ? (column.values[run] ?? undefined)
      : column.categories[column.values[run] ?? -1];
  const { columns, tableColumns } = data.page;
  const shown = new Set(tableColumns);
  // What is shown first stands first; what is added comes after it.
  const ordered = [
    ...tableColumns.flatMap((key) => data.column(key) ?? []),
    ...columns.filter(({ key }) => !shown.has(key)),
  ];
  return constructTable({
    features,
    columns: helper.columns([
      helper.accessor(({ run }) => data.name(run), { id: 'name', sortFn: compare, enableHiding: false }),
      ...ordered.map((column) =>
        helper.accessor(({ run }) => value(column, run), {
          id: column.key,
          sortFn: compare,
          sortUndefined: 'last',
          // The first click brings the best to the top.
          sortDescFirst: column.kind === 'number' && column.goal === 'maximize',
        }),
      ),
    ]),
    data: Array.from({ length: data.count }, (_, run): TableRow => ({ run })),
    getRowId: ({ run }) => String(run),
    enableSortingRemoval: true,
    initialState: {
      sorting: kept?.sorting ?? [...(data.page.sorting ?? [])],
      columnVisibility: {
        ...Object.fromEntries(data.page.columns.map(({ key }) => [key, shown.has(key)])),
        ...kept?.columns,
      },
    },
  });
}
